create access method compact type table handler heap_tableam_handler;
create table customer (id bigint primary key, name text);
create table orders (id bigint primary key, customer_id bigint, status text, placed_at timestamptz);
insert into customer select n, 'x' from generate_series(1, 100) n;
insert into orders select n, 1 + n % 100, 'new', now() from generate_series(1, 1000) n;
