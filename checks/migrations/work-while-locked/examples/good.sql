set lock_timeout = '2s';
alter table orders add column year int;
update orders set year = 2025 where placed_at >= '2025-01-01' and id between 1 and 1000;
