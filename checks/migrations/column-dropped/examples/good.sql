set lock_timeout = '2s';
alter table orders alter column status drop default;
