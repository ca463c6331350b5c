set lock_timeout = '2s';
drop table if exists orders;
create table orders (id bigint primary key);
