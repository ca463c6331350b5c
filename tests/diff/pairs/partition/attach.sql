-- expect: in-place
-- want: ATTACH PARTITION
-- from
create schema app;
create table app.event (id bigint not null, at date not null, body text, constraint event_body check (body <> ''), primary key (id, at)) partition by range (at);
create table app.event_2024 (at date not null, body text, id bigint not null, constraint event_body check (body <> ''), constraint event_2024_pkey primary key (id, at));

-- rows
insert into app.event_2024 values ('2024-02-02', 'a', 1);

-- to
create schema app;
create table app.event (id bigint not null, at date not null, body text, constraint event_body check (body <> ''), primary key (id, at)) partition by range (at);
create table app.event_2024 (at date not null, body text, id bigint not null, constraint event_body check (body <> ''), constraint event_2024_pkey primary key (id, at));
alter table app.event attach partition app.event_2024 for values from ('2024-01-01') to ('2025-01-01');
