create unique index concurrently orders_number_key on orders (number);
set lock_timeout = '2s';
alter table orders add constraint orders_number_key unique using index orders_number_key;
