-- dbharden:ignore table-dropped nobody uses it
set lock_timeout = '2s';
create table note (id bigint primary key);
