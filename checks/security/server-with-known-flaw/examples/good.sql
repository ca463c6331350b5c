revoke create on schema public from public;
create table item (id bigint primary key);
