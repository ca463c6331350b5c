set lock_timeout = '2s';
alter table orders add column note text, alter column status set default 'new';
