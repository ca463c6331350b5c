-- one pool asks for less than the server has: see good.config.toml
create table item (id bigint primary key);
