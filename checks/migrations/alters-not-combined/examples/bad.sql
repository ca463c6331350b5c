set lock_timeout = '2s';
alter table orders add column note text;
alter table orders alter column status set default 'new';
