set lock_timeout = '2s';
alter table orders add constraint status_there check (status is not null) not valid;
alter table orders validate constraint status_there;
alter table orders alter column status set not null;
alter table orders drop constraint status_there;
