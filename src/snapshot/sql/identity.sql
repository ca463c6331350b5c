-- One row: which database of which kind of server this is.
select
    d.oid::int8 as database_oid,
    d.datname as database,
    pg_catalog.pg_is_in_recovery() as in_recovery
from pg_catalog.pg_database d
where d.datname = pg_catalog.current_database()
