set lock_timeout = '2s';
alter table orders alter column placed_at set default now();
