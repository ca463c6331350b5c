set lock_timeout = '2s';
alter table orders drop constraint orders_status_check;
