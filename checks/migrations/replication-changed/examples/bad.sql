set lock_timeout = '2s';
alter table orders replica identity full;
