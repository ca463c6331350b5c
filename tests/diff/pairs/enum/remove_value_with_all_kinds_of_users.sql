-- forbid: DROP TABLE
-- from
create schema app;
create type app.state as enum ('new', 'bad', 'done');
create function app.is_done(s app.state) returns boolean language sql immutable as $$ select s = 'done' $$;
create function app.states() returns setof app.state language sql as $$ select unnest(enum_range(null::app.state)) $$;
create domain app.final_state as app.state check (value = 'done');
create type app.change as (was app.state, now app.state);
create table app.job (
  id integer primary key,
  state app.state not null default 'new',
  history app.state[] not null default array['new']::app.state[],
  constraint new_or_done check (state in ('new', 'done')),
  done boolean generated always as (app.is_done(state)) stored
);
create index job_new_idx on app.job (id) where state = 'new';
create index job_state_idx on app.job (state, app.is_done(state));
create view app.open_jobs as select id, state, history[1] as first from app.job where state = 'new';
create materialized view app.per_state as select state, count(*) as n from app.job group by state;
create function app.on_job() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger done before update on app.job for each row when (new.state = 'done') execute function app.on_job();
alter table app.job enable row level security;
create policy only_new on app.job using (state = 'new');

-- rows
insert into app.job values (1, 'new', '{new}'), (2, 'done', '{new,done}');

-- to
create schema app;
create type app.state as enum ('new', 'done');
create function app.is_done(s app.state) returns boolean language sql immutable as $$ select s = 'done' $$;
create function app.states() returns setof app.state language sql as $$ select unnest(enum_range(null::app.state)) $$;
create domain app.final_state as app.state check (value = 'done');
create type app.change as (was app.state, now app.state);
create table app.job (
  id integer primary key,
  state app.state not null default 'new',
  history app.state[] not null default array['new']::app.state[],
  constraint new_or_done check (state in ('new', 'done')),
  done boolean generated always as (app.is_done(state)) stored
);
create index job_new_idx on app.job (id) where state = 'new';
create index job_state_idx on app.job (state, app.is_done(state));
create view app.open_jobs as select id, state, history[1] as first from app.job where state = 'new';
create materialized view app.per_state as select state, count(*) as n from app.job group by state;
create function app.on_job() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger done before update on app.job for each row when (new.state = 'done') execute function app.on_job();
alter table app.job enable row level security;
create policy only_new on app.job using (state = 'new');
