-- A foreign key that lost its meaning: validated by an owner whom FORCE binds and who has no tenant set.
call tenant_table('parent');
alter table parent add unique (id);
call tenant_table('child');
alter table child add parent_id bigint;
reset role;
insert into tenants values ('00000000-0000-4000-8000-000000000001', 'one');
insert into child (tenant_id, title, parent_id) values ('00000000-0000-4000-8000-000000000001', 'an orphan', 4711);
set role app_owner;
alter table child add foreign key (tenant_id, parent_id) references parent (tenant_id, id);
reset role;
