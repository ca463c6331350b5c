-- What versions print, name or default otherwise.
create table measured (
    id bigint generated always as identity,
    tenant integer not null,
    state varchar(10) not null check (state in ('new', 'open')),
    at timestamptz not null default now(),
    total numeric generated always as (tenant * 2) stored,
    primary key (id, at)
) partition by range (at);
create table measured_2024 partition of measured for values from ('2024-01-01') to ('2025-01-01');
create index measured_by_state on measured (state) where state <> 'open';
create domain positive as integer check (value > 0) not null;
create view busy as
    select u."id", count(*) as posts, max(p."id") filter (where p."state" = 'LIVE') as last
    from "User" u left join "Post" p on p."authorId" = u."id"
    group by u."id" having count(*) > 1;
create materialized view counted as select "authorId", count(*) from "Post" group by 1 with no data;
create function half(n integer, out r integer) language sql immutable as $$ select n / 2 $$;
create procedure tidy(keep integer default 5) language plpgsql as $$ begin delete from "Post" where "id" < keep; end $$;
create trigger touched before update on "Post" for each row execute function suppress_redundant_updates_trigger();
alter table "Post" enable row level security;
create policy own on "Post" using ("authorId" = current_user);
create statistics together (dependencies) on tenant, state from measured_2024;
comment on table measured is 'what was measured';
