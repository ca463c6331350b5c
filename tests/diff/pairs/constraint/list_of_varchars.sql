-- from
create schema app;

-- to
create schema app;
create table app.request (state varchar(20) not null default 'new', kind varchar(10)[],
    constraint state_known check (state in ('new', 'open', 'done')));
create index open_requests on app.request (state) where state not in ('done', 'failed');
create view app.active as select state from app.request where state in ('new', 'open');
alter table app.request enable row level security;
create policy visible on app.request using (state in ('new', 'open')) with check (state <> all (array['done', 'failed']::varchar[]));
