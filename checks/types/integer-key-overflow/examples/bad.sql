create table event (id serial primary key, at timestamptz not null default now());
create table note  (id bigint primary key, event_id int not null references event);
create index on note (event_id);
select setval('event_id_seq', 1900000000);
