-- one pool of the default size asks for less than the server has
create table item (id bigint primary key);
