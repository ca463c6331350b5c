set lock_timeout = '2s';
refresh materialized view revenue;
