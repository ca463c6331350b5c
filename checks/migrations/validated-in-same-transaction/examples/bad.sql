begin;
set local lock_timeout = '2s';
alter table orders add constraint orders_status_check check (status <> '') not valid;
alter table orders validate constraint orders_status_check;
commit;
