-- One leak in each object. What is right about a table is as in base.sql.

-- policies that are not in force, or not for this role
call tenant_table('l01_rls_off');                alter table l01_rls_off disable row level security;
call tenant_table('l02_no_policy_no_rls');       drop policy tenant on l02_no_policy_no_rls; alter table l02_no_policy_no_rls disable row level security;
call tenant_table('l03_open_beside');            create policy everything on l03_open_beside using (true);
call tenant_table('l04_open_select');            create policy reading on l04_open_select for select using (true);
call tenant_table('l05_open_insert');            create policy adding on l05_open_insert for insert with check (true);
call tenant_table('l06_open_update');            create policy changing on l06_open_update for update using (true) with check (true);
call tenant_table('l07_open_delete');            create policy removing on l07_open_delete for delete using (true);
call tenant_table('l08_check_true');             alter policy tenant on l08_check_true with check (true);
call tenant_table('l09_right_for_another_role'); alter policy tenant on l09_right_for_another_role to other; create policy rest on l09_right_for_another_role to app using (true);
call tenant_table('l10_right_restrictive_for_another_role'); create policy floor on l10_right_restrictive_for_another_role as restrictive to other using (tenant_id = (select tenant_id())); alter policy tenant on l10_right_restrictive_for_another_role using (true);
call tenant_table('l11_open_without_tenant');    alter policy tenant on l11_open_without_tenant using (tenant_id = (select tenant_id()) or (select tenant_id()) is null);
call tenant_table('l12_empty_opens');            alter policy tenant on l12_empty_opens using (tenant_id::text = current_setting('app.tenant_id', true) or current_setting('app.tenant_id', true) = '');
call tenant_table('l13_like');                   alter policy tenant on l13_like using (tenant_id::text like current_setting('app.tenant_id', true));
call tenant_table('l14_or_status');              alter policy tenant on l14_or_status using (tenant_id = (select tenant_id()) or status in ('open', 'closed'));
call tenant_table('l15_compares_itself');        alter policy tenant on l15_compares_itself using (tenant_id = tenant_id);
call tenant_table('l16_parent_exists');          alter policy tenant on l16_parent_exists using (exists (select from tenants t where t.id = (select tenant_id())));
call tenant_table('l17_closed_is_public');       create policy closed on l17_closed_is_public for select using (title like 'tenant%');
call tenant_table('l18_update_check_missing');   drop policy tenant on l18_update_check_missing; create policy s on l18_update_check_missing for select using (true); create policy w on l18_update_check_missing for all using (tenant_id = (select tenant_id()));
call tenant_table('l19_moves_away');             drop policy tenant on l19_moves_away; create policy s on l19_moves_away for select using (tenant_id = (select tenant_id())); create policy i on l19_moves_away for insert with check (tenant_id = (select tenant_id())); create policy u on l19_moves_away for update using (tenant_id = (select tenant_id())) with check (true); create policy d on l19_moves_away for delete using (tenant_id = (select tenant_id()));

-- rights that no policy binds
call tenant_table('l20_truncate');               grant truncate on l20_truncate to app;
call tenant_table('l21_trigger');                grant trigger on l21_trigger to app;
call tenant_table('l22_references');             grant references on l22_references to app;
call tenant_table('l23_owned_by_app');           reset role; alter table l23_owned_by_app owner to app; set role app_owner;
call tenant_table('l24_owned_not_forced');       alter table l24_owned_not_forced no force row level security; reset role; alter table l24_owned_not_forced owner to app; set role app_owner;
grant insert, update on countries to app;
create sequence l25_numbers;                     grant all on sequence l25_numbers to app;
reset role; create schema l26_open authorization app_owner; set role app_owner; grant usage, create on schema l26_open to app;

-- views and materialized views
call tenant_table('held_a');
reset role;
create view l27_owner_rights as select * from held_a;
create view l28_filtered_no_barrier as select * from held_a where tenant_id = tenant_id();
create view l29_aggregate as select count(*) as n, max(id) as last from held_a;
create view l30_titles as select title from held_a;
create materialized view l31_copy as select * from held_a;
create materialized view l32_counts as select status, count(*) as n from held_a group by status;
create view l33_writable with (security_barrier) as select * from held_a where tenant_id = tenant_id();
create rule l33_all as on delete to l33_writable do instead delete from held_a;
grant select on l27_owner_rights, l28_filtered_no_barrier, l29_aggregate, l30_titles, l31_copy, l32_counts to app;
grant select, delete on l33_writable to app;

-- functions with the rights of a role that policies do not bind
create function l34_by_tenant(t uuid) returns setof held_a language sql stable security definer set search_path = public
as $$ select * from held_a where tenant_id = t $$;
create function l35_all() returns bigint language sql stable security definer set search_path = public
as $$ select count(*) from held_a $$;
create function l36_remove(i bigint) returns void language sql security definer set search_path = public
as $$ delete from held_a where id = i $$;
create function l37_dynamic(what text) returns bigint language plpgsql security definer set search_path = public
as $$ declare n bigint; begin execute 'select count(*) from ' || what into n; return n; end $$;
create procedure l38_close() language sql security definer set search_path = public
as $$ update held_a set status = 'closed' $$;
create function l39_exists(t text) returns boolean language sql stable security definer set search_path = public
as $$ select exists (select from held_a where title = t) $$;
set role app_owner;

-- keys
call tenant_table('l40_unique_title');           alter table l40_unique_title add unique (title);
call tenant_table('l41_lower_unique');           create unique index on l41_lower_unique (lower(title));
call tenant_table('parent');                     alter table parent add unique (id);
call tenant_table('l42_points_anywhere');        alter table l42_points_anywhere add parent_id bigint references parent (id);
call tenant_table('l43_cascades');               alter table l43_cascades add parent_id bigint not null references parent (id) on delete cascade;

-- partitions, children, copies
create table l44_parts (tenant_id uuid not null references tenants, id bigint not null, day date not null, title text, primary key (tenant_id, id, day))
    partition by range (day);
create table l44_parts_2024 partition of l44_parts for values from ('2024-01-01') to ('2025-01-01');
create table l44_parts_2025 partition of l44_parts for values from ('2025-01-01') to ('2033-01-01');
alter table l44_parts enable row level security;
alter table l44_parts force row level security;
create policy tenant on l44_parts using (tenant_id = (select tenant_id()));
grant select, insert, update, delete on l44_parts, l44_parts_2024 to app;
call tenant_table('l45_parent');
create table l45_child () inherits (l45_parent);
grant select, insert on l45_child to app;
create table l46_audit (at timestamptz not null default now(), tenant_id uuid, old jsonb);
grant select, insert on l46_audit to app;

-- reached over a foreign key, and nobody's
call tenant_table('order_head');                 alter table order_head add unique (id);
create table l47_line (order_id bigint not null references order_head (id), line int not null, note text, primary key (order_id, line));
grant select, insert, update, delete on l47_line to app;
create table l48_line_through_parent (order_id bigint not null references order_head (id), line int not null, note text, primary key (order_id, line));
alter table l48_line_through_parent enable row level security;
alter table l48_line_through_parent force row level security;
create policy reads on l48_line_through_parent for select using (exists (select from order_head o where o.id = order_id));
create policy writes on l48_line_through_parent using (true);
grant select, insert, update, delete on l48_line_through_parent to app;
call tenant_table('l49_nobody');                 alter table l49_nobody drop constraint l49_nobody_pkey; alter table l49_nobody alter tenant_id drop not null; alter policy tenant on l49_nobody using (tenant_id = (select tenant_id()) or tenant_id is null);
create table l50_columns (tenant_id uuid not null references tenants, id bigint primary key, secret text not null, title text not null);
grant select (id, title) on l50_columns to app;

-- what errors, plans and settings tell
reset role;
create function own(t uuid) returns boolean language plpgsql stable as $$ begin return t = public.tenant_id(); end $$;
create view l51_error_tells as select title, tenant_id from held_a where own(tenant_id);
grant select on l51_error_tells to app;
create function l52_number(t varchar) returns int language plpgsql immutable leakproof cost 0.0001 as $$ begin return t::int; end $$;
set role app_owner;
call tenant_table('l52_leakproof');              alter table l52_leakproof add code varchar not null;
create function l53_always(s text) returns uuid language sql immutable as $$ select nullif(current_setting(s, true), '')::uuid $$;
call tenant_table('l53_plan_kept');              alter policy tenant on l53_plan_kept using (tenant_id = l53_always('app.tenant_id'));
call tenant_table('l54_never_set_opens');        alter policy tenant on l54_never_set_opens using (tenant_id = (select tenant_id()) or current_setting('app.tenant_id', true) is null);
call tenant_table('l55_blank_opens');            alter policy tenant on l55_blank_opens using (tenant_id::text = current_setting('app.tenant_id', true) or current_setting('app.tenant_id', true) ~ '^ +$');
call tenant_table('l56_malformed_opens');        alter policy tenant on l56_malformed_opens using (tenant_id::text = current_setting('app.tenant_id', true) or current_setting('app.tenant_id', true) !~ '^[0-9a-fA-F-]*$');
call tenant_table('l57_nil_opens');              alter policy tenant on l57_nil_opens using (tenant_id = (select tenant_id()) or (select tenant_id()) = '00000000-0000-0000-0000-000000000000');
call tenant_table('l58_switch');                 create policy support on l58_switch using (current_setting('app.support', true) = 'on');
call tenant_table('l59_upper_case_opens');       alter policy tenant on l59_upper_case_opens using (tenant_id = (select tenant_id()) or current_setting('app.tenant_id', true) ~ '[A-Z]');

-- who belongs to a tenant, and what passes from one's rows to others'
create table people (id uuid primary key, name text not null);
create table l60_members (tenant_id uuid not null references tenants, person_id uuid not null references people, primary key (tenant_id, person_id));
alter table l60_members enable row level security;
alter table l60_members force row level security;
create policy mine on l60_members using (person_id = (select nullif(current_setting('app.person_id', true), '')::uuid));
grant select, insert, delete on l60_members to app;
call tenant_table('above');                      alter table above add unique (id);
call tenant_table('l61_key_passed_on');          alter table l61_key_passed_on add above_id bigint not null references above (id) on update cascade;
call tenant_table('l62_set_null');               alter table l62_set_null add above_id bigint references above (id) on delete set null;

-- a statement made of what the caller names
call tenant_table('counters');                   alter table counters add clicks int not null default 0;
reset role;
create function l63_add(table_name text, column_name text, row_id bigint, increment integer default 1) returns integer language plpgsql security definer
as $$ declare result integer; begin execute format('update %I set %I = %I + $1 where id = $2 returning %I', table_name, column_name, column_name, column_name) into result using increment, row_id; return result; end $$;
create function l64_look(relation text, field text) returns text language plpgsql stable security definer set search_path = public
as $$ declare result text; begin execute 'select max(' || field || ') from ' || relation into result; return result; end $$;
