create sequence orders_number_seq;
set lock_timeout = '2s';
alter table orders add column number bigint, alter column number set default nextval('orders_number_seq');
