set lock_timeout = '2s';
alter table public.orders add column note text;
