-- finds: database
-- the fault is in the clients, not in the schema: see bad.config.toml
create table item (id bigint primary key);
