set lock_timeout = '2s';
alter table orders add column year int generated always as (extract(year from placed_at at time zone 'UTC')) stored;
