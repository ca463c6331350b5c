set lock_timeout = '2s';
alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customer not valid;
alter table orders validate constraint orders_customer_fkey;
-- the rows hold NULL, and the server knows it
alter table orders add column invoice_to bigint references customer;
