-- What PostgreSQL 16 and 17 brought. After zoo_15.sql, in the same database.

do $$ begin
  create collation zoo.with_rules (provider = icu, locale = 'und', rules = '& V << w <<< W');
exception when feature_not_supported then
  raise notice 'built without ICU';
end $$;
create collation zoo.builtin (provider = builtin, locale = 'C.UTF-8');
create table zoo.builtin_words (w text storage external collate zoo.builtin primary key);
create statistics on a, k from zoo.indexed;
create index brin_no_summary on zoo.indexed using brin (k);
create index gist_sorted on zoo.indexed using gist (f) with (buffering = auto);

create table zoo.ident_parts (id bigint generated always as identity (start with 100), at date not null, note text) partition by range (at);
create table zoo.ident_parts_2024 partition of zoo.ident_parts for values from ('2024-01-01') to ('2025-01-01');
create table zoo.excl_parts (room integer, during tsrange, constraint excl_parts_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table zoo.excl_parts_1 partition of zoo.excl_parts for values in (1, 2);
create table zoo.method_parts (a integer) partition by list (a) using heap;

grant maintain on zoo.animal to zoo_reader with grant option;
alter default privileges for role zoo_owner grant maintain on tables to zoo_reader;

create view zoo.json_16 as select json_object('a' : 1, 'b' : null absent on null) as o, json_array(1, 2) as a, '{}' is json object as is_object, json_arrayagg(x order by x) as agg
  from generate_series(1, 3) as x;
create view zoo.json_17 as select t.* from json_table('[{"a": 1}]'::jsonb, '$[*]' columns (n for ordinality, a integer path '$.a' default 5 on empty)) as t;
create view zoo.json_query_17 as select json_value(extra, '$.a' returning integer null on error) as v, json_exists(extra, '$.b') as e from zoo.animal;
create function zoo.merging(n integer) returns void language sql begin atomic
  merge into zoo.innocent i using (select n as id) s on i.id = s.id when not matched by target then insert values (s.id) when matched then do nothing;
end;
create event trigger zoo_login on login execute function zoo.on_ddl();
alter event trigger zoo_login disable;
alter table zoo.indexed alter column a set statistics 40, alter column k set statistics default;
