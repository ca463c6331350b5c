set lock_timeout = '2s';
create table scratch (id bigint);
drop table scratch;
