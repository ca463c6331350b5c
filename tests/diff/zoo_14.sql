-- What PostgreSQL 14 brought. After zoo.sql, in the same database.

-- A body that PostgreSQL has parsed: its dependencies are real, and it is printed, not kept as text.
create function zoo.sql_body(a integer, b integer default 2) returns integer language sql immutable return a * b + 1;
create function zoo.sql_atomic(k text) returns table (id bigint, name text) language sql stable security definer begin atomic
  select a.id, a.name from zoo.animal_names n join zoo.animal a on a.id = n.id where a.label = zoo.norm(k);
end;
create procedure zoo.sql_procedure(n integer) language sql begin atomic
  insert into zoo.innocent (id) values (n) on conflict do nothing;
  update zoo.rules set a = 'it''s \' where id = zoo.sql_body(n);
  delete from zoo.rules r using zoo.innocent i where r.id = i.id and i.id > n;
end;
create function zoo.sql_empty() returns void language sql begin atomic end;
-- a table's default that reads the same table
create table zoo.sql_loop (id integer primary key, n integer);
create function zoo.sql_loop_next() returns integer language sql stable begin atomic select coalesce(max(l.n), 0) + 1 from zoo.sql_loop l; end;
alter table zoo.sql_loop alter column n set default zoo.sql_loop_next();
-- view over function over view
create view zoo.sql_over as select f.id, f.name from zoo.sql_atomic('x') f;
create function zoo.sql_over_count() returns bigint language sql begin atomic select count(*) from zoo.sql_over; end;
create index sql_body_idx on zoo.plant (zoo.sql_body(id));

create procedure zoo.out_only(out a integer, out b text) language plpgsql as $$ begin a := 1; b := 'x'; end $$;
create procedure zoo.out_mixed(in a integer, out b text, inout c integer default 5) language plpgsql as $$ begin b := a::text; end $$;
comment on procedure zoo.out_only() is 'gives two';

create type zoo.int_range as range (subtype = integer, multirange_type_name = zoo."Multi ""🦁""");
create table zoo.multi (id integer primary key, ranges zoo."Multi ""🦁""", dates datemultirange default '{[2024-01-01,2024-02-01)}');
create function zoo.poly_multi(anymultirange) returns anyrange language sql immutable as 'select range_merge($1)';
comment on type zoo."Multi ""🦁""" is 'many of them';

create table zoo.compressed (id integer primary key, body text compression pglz, other jsonb compression default);
create statistics zoo.by_expressions (dependencies, mcv) on (lower(b)), (a % 10), k from zoo.indexed;
create statistics zoo.one_expression on (a + k) from zoo.indexed;
create index brin_minmax_multi on zoo.indexed using brin (a int4_minmax_multi_ops (values_per_range = 16), b text_bloom_ops (n_distinct_per_range = 100));
create index spgist_include on zoo.indexed using spgist (e) include (a);

create view zoo.searched as with recursive t (id, boss) as (
    select id, boss from zoo.keeper where boss is null union all select k.id, k.boss from zoo.keeper k join t on k.boss = t.id
  ) search depth first by id set path cycle id set looped using trail
  select id, boss, looped from t;
create view zoo.grouped_distinct as select mood, name, count(*) as n from zoo.animal group by distinct rollup (mood, name), cube (mood);
create view zoo.join_alias as select j.id from (zoo.plant p join zoo.innocent i using (id) as u) as j;

create trigger replaceable after insert on zoo.plant for each row execute function zoo.on_suppress();
create or replace trigger replaceable before insert on zoo.plant for each row execute function zoo.on_change();

