create table event (id bigint primary key generated always as identity, at timestamptz not null default now());
create table note  (id bigint primary key generated always as identity, event_id bigint not null references event);
create index on note (event_id);
select setval('event_id_seq', 1900000000);
