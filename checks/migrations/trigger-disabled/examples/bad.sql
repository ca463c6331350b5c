set lock_timeout = '2s';
alter table orders disable trigger all;
