set lock_timeout = '2s';
alter table orders add constraint orders_number_key unique (number);
