set lock_timeout = '2s';
alter table orders add constraint orders_status_check check (status <> '') not valid;
