insert into invoice ("team$id", country, amount) values ('00000000-0000-0000-0000-000000000001', 'fr', 7);
update invoice set amount = amount + 1 where "team$id" = '00000000-0000-0000-0000-000000000001' and amount = 7;
delete from invoice where "team$id" = '00000000-0000-0000-0000-000000000001' and amount = 8;
insert into "x""; drop table country; --" ("team$id", label) values ('00000000-0000-0000-0000-000000000001', 'new');
insert into event values ((select coalesce(max(id), 0) + 1000 from event), '00000000-0000-0000-0000-000000000001', '2026-03-01');
select i.*, c.code, t.name from invoice i join country c on c.code = i.country join "Team" t on t.id = i."team$id" where i."team$id" = '00000000-0000-0000-0000-000000000001' for update of i;
