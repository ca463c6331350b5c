set lock_timeout = '2s';
alter table orders enable trigger all;
