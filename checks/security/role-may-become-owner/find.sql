-- One row per role that may make others. $1 is not used: roles are the cluster's.
--
-- $1  text[]  schemas under inspection
select r.rolname as role
from pg_catalog.pg_roles r
where r.rolcreaterole
  and not r.rolsuper
  and r.rolcanlogin
  and $1::text[] is not null
order by 1
