-- no-transaction
create table invoice (id bigint primary key);
vacuum orders;
