create table event (id bigint primary key, kind text not null);
create index event_kind on event (kind);
insert into event select n, 'kind ' || n from generate_series(1, 5000) as n;
