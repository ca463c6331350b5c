-- One row: the number that initdb gave the cluster. Replicas have it too. Some managed servers deny the function.
select c.system_identifier::text as system
from pg_catalog.pg_control_system() c
