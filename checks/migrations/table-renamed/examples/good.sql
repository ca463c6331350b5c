set lock_timeout = '2s';
create view purchase as select * from orders;
