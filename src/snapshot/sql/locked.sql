-- Relations that another session holds, or waits for, in a mode that stops even readers: opening one now would wait.
select distinct l.relation::int8 as oid
from pg_catalog.pg_locks l
where l.locktype = 'relation'
  and l.mode = 'AccessExclusiveLock'
  and l.pid <> pg_catalog.pg_backend_pid()
  and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
