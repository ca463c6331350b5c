create table booking (id bigint primary key, during tstzrange);
insert into booking select n, tstzrange(now() + n * interval '1 h', now() + n * interval '1 h' + interval '1 min') from generate_series(1, 100) n;
