create table orders (number bigint, status text);
insert into orders select n, 'new' from generate_series(1, 1000) n;
create unique index orders_number_idx on orders (number);
