set lock_timeout = '2s';
set statement_timeout = '5s';
alter table orders add column note text;
