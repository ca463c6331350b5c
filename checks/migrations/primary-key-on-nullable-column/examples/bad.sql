set lock_timeout = '2s';
alter table orders add constraint orders_pkey primary key using index orders_number_idx;
