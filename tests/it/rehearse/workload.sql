-- calls: 40000 rows: 5 mean_ms: 0.3 role: app
select * from event where account_id = $1;
-- calls: 9000 rows: 1 mean_ms: 0.2 role: app
select name from account where email = $1;
-- calls: 3000 rows: 1 mean_ms: 0.6 role: app
select a.name, count(*) from account a join event e on e.account_id = a.id where a.id = $1 group by a.name;
-- calls: 500 rows: 100 mean_ms: 9 role: app
select id, email from account where team_id = $1 order by id;
-- calls: 800 rows: 1 mean_ms: 0.3 role: app
update account set name = $1 where id = $2;
-- calls: 7000 rows: 1 mean_ms: 0.2 role: app
insert into event (account_id, kind, at) values ($1, $2, $3);
-- calls: 20 rows: 1 mean_ms: 30 role: app
select count(*) from event where kind = $1 and at > $2;
