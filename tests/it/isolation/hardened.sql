-- The same kinds of objects, each as it should be.
call tenant_table('plain');
call tenant_table('floor');      alter policy tenant on floor using (true); create policy floor on floor as restrictive using (tenant_id = (select tenant_id()));
call tenant_table('by_command'); drop policy tenant on by_command; create policy s on by_command for select using (tenant_id = (select tenant_id())); create policy i on by_command for insert with check (tenant_id = (select tenant_id())); create policy u on by_command for update using (tenant_id = (select tenant_id())) with check (tenant_id = (select tenant_id())); create policy d on by_command for delete using (tenant_id = (select tenant_id()));
call tenant_table('read_only');  revoke insert, update, delete on read_only from app;
call tenant_table('for_another'); alter policy tenant on for_another to app; create policy open on for_another to other using (true);
call tenant_table('with_default'); alter table with_default alter tenant_id set default tenant_id();
call tenant_table('unique_title'); alter table unique_title add unique (tenant_id, title);

create view secure with (security_invoker = true, security_barrier = true) as select * from plain;
create view counted with (security_invoker = true) as select count(*) as n from plain;
grant select, insert, update, delete on secure to app;
grant select on counted to app;

create function titles(t uuid) returns setof text language sql stable set search_path = ''
as $$ select title from public.plain where tenant_id = t $$;
create function own_count() returns bigint language sql stable security definer set search_path = ''
as $$ select count(*) from public.plain where tenant_id = public.tenant_id() $$;

call tenant_table('parent');
call tenant_table('child');      alter table child add parent_id bigint not null, add foreign key (tenant_id, parent_id) references parent (tenant_id, id) on delete cascade;
call tenant_table('self');       alter table self add above bigint, add foreign key (tenant_id, above) references self (tenant_id, id);
call tenant_table('round_a');
call tenant_table('round_b');    alter table round_b add a_id bigint, add foreign key (tenant_id, a_id) references round_a (tenant_id, id);
alter table round_a add b_id bigint, add foreign key (tenant_id, b_id) references round_b (tenant_id, id);

create type mood as enum ('good', 'bad');
create type spot as (x int, y int);
create domain percent as numeric(5, 2) check (value between 0 and 100);
create domain mail as text check (value ~ '^[^@]+@[^@]+\.[a-z]+$');
call tenant_table('of_types');
alter table of_types
    add mood mood not null, add spot spot not null, add share percent not null, add mail mail not null, add tags text[] not null,
    add during tstzrange not null, add address inet not null, add body jsonb not null, add code varchar(6) not null check (code ~ '^[A-Z]{3}$'),
    add size smallint not null, add flag boolean not null, add raw bytea not null, add at time not null, add spent interval not null,
    add doubled int generated always as (length(code) * 2) stored, add from_day date not null, add to_day date not null,
    add check (from_day < to_day), add check (jsonb_typeof(body) = 'object'), add check (size between 3 and 9);

create table parts (tenant_id uuid not null references tenants, id bigint not null, day date not null, title text, primary key (tenant_id, id, day))
    partition by range (day);
create table parts_2024 partition of parts for values from ('2024-01-01') to ('2025-01-01');
create table parts_rest partition of parts default;
alter table parts enable row level security;
alter table parts force row level security;
create policy tenant on parts using (tenant_id = (select tenant_id()));
grant select, insert, update, delete on parts to app;

create function own(t uuid) returns boolean language plpgsql stable set search_path = '' as $$ begin return t = public.tenant_id(); end $$;
create view error_tells_nothing with (security_invoker = true, security_barrier = true) as select title, tenant_id from plain where own(tenant_id);
grant select on error_tells_nothing to app;
create function same_tenant(s text) returns uuid language sql stable set search_path = '' as $$ select nullif(current_setting(s, true), '')::uuid $$;
call tenant_table('by_function'); alter policy tenant on by_function using (tenant_id = (select same_tenant('app.tenant_id')));
create table people (tenant_id uuid not null references tenants, id uuid not null, name text not null, primary key (tenant_id, id));
alter table people enable row level security;
alter table people force row level security;
create policy tenant on people using (tenant_id = (select tenant_id()));
grant select, insert, update, delete on people to app;
create table members (tenant_id uuid not null references tenants, person_id uuid not null, foreign key (tenant_id, person_id) references people, primary key (tenant_id, person_id));
alter table members enable row level security;
alter table members force row level security;
create policy tenant on members using (tenant_id = (select tenant_id()));
grant select, insert, delete on members to app;
call tenant_table('above');
call tenant_table('key_passed_on'); alter table key_passed_on add above_id bigint not null, add foreign key (tenant_id, above_id) references above (tenant_id, id) on update cascade;
call tenant_table('key_set_null'); alter table key_set_null add above_id bigint, add foreign key (tenant_id, above_id) references above (tenant_id, id);

call tenant_table('counters');      alter table counters add clicks int not null default 0;
create function add_to(table_name text, column_name text, row_id bigint, increment integer default 1) returns integer language plpgsql security definer set search_path = ''
as $$ declare result integer; begin
    if table_name not in ('counters') or column_name not in ('clicks') then raise 'not a counter'; end if;
    execute format('update public.%I set %I = %I + $1 where id = $2 and tenant_id = public.tenant_id() returning %I', table_name, column_name, column_name, column_name) into result using increment, row_id;
    return result;
end $$;
reset role;
create publication everything for all tables;
