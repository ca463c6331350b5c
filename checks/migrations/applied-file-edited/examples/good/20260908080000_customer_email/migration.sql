set local lock_timeout = '2s';
alter table customer add column email text;
