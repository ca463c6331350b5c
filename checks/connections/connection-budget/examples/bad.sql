-- the fault is in the clients, not in the schema: see config.toml
create table item (id bigint primary key);
