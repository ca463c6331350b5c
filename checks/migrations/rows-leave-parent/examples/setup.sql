create table event (id bigint, at date not null) partition by range (at);
create table event_2024 partition of event for values from ('2024-01-01') to ('2025-01-01');
create table event_2025 (id bigint, at date not null);
insert into event_2025 select n, '2025-03-01' from generate_series(1, 1000) n;
