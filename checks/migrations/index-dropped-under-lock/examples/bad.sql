set lock_timeout = '2s';
drop index orders_status_idx;
