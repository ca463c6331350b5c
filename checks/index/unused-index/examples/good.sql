create table kind  (id int primary key);
create table event (id bigint primary key, code text not null unique, kind_id int references kind);
-- the only one behind the foreign key: deletes in "kind" use it without being queries
create index event_kind on event (kind_id);
insert into event select n, 'code ' || n from generate_series(1, 5000) as n;
