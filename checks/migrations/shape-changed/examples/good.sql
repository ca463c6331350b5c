create table note (id bigint primary key);
alter table note add column body text;
