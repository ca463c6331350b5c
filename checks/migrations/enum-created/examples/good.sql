create table state (name text primary key);
