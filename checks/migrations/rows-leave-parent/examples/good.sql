create table scratch (id bigint primary key);
