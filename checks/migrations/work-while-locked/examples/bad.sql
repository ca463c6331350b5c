begin;
set local lock_timeout = '2s';
alter table orders add column year int;
update orders set year = 2025 where placed_at >= '2025-01-01';
commit;
