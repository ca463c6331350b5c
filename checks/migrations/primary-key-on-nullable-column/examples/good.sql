set lock_timeout = '2s';
alter table orders add constraint number_there check (number is not null) not valid;
alter table orders validate constraint number_there;
alter table orders add constraint orders_pkey primary key using index orders_number_idx;
