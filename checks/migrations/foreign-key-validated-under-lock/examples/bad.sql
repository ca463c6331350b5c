set lock_timeout = '2s';
alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customer;
