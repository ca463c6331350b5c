-- The statements that the original and its twin plan. Literals are those of benches/twin.sql.

-- one row
select * from account where id = 4711;
select * from account where public_id = 'a3cca2b2-aa1e-3b5b-3b5a-ad99a8529074';
select id, name from account where lower(email) = 'user77@example.com';
select * from product where sku = 'SKU-0000001-1';
select * from purchase_line where purchase_id = 123456 and line_no = 2;
select * from country where code = 'AB';
select p.*, a.email from purchase p join account a on a.id = p.account_id where p.id = 99999;

-- few rows, skewed values
select * from purchase where account_id = 1 order by placed_at desc limit 20;
select * from purchase where account_id = 90000 order by placed_at desc limit 20;
select * from purchase where account_id in (3, 77, 1500, 42000, 99999);
select * from purchase_line where product_id = 1;
select * from purchase_line where product_id = 17000;
select * from purchase where coupon = 'C0';
select * from purchase where coupon = 'C499' and state = 'shipped';
select count(*) from event where kind = 'login';
select * from event where kind = 'delete' and account_id = 5;
select * from contact where company = 'Company 3';
select * from contact where company is null and last_name is null;
select * from contact where last_name = 'Last77' and first_name is not null;

-- columns that go together
select * from account where country = 'AA' and city = 'City 0-0';
select * from account where country = 'AA' and city = 'City 7-0';
select * from account where country = 'AB' and city = 'City 1-2' and zip = '001023';
select count(*) from account where status = 'trial' and plan = 'free';
select count(*) from account where status = 'closed' and plan = 'free' and country = 'AA';
select country, city, count(*) from account group by country, city;
select country, city, zip, count(*) from account group by country, city, zip;
select category, subcategory, avg(price) from product group by category, subcategory;
select count(*) from purchase where state = 'draft' and channel = 'web';
select count(*) from purchase where state = 'new' and channel = 'phone';
select (placed_at at time zone 'UTC')::date as day, sum(total) from purchase group by 1;
select count(*) from account where split_part(email::text, '@', 2) = 'post.example' and status = 'active';
select sender, subject, count(*) from only message group by sender, subject;

-- ranges in the middle, at the ends, past them
select count(*), sum(total) from purchase where placed_at >= '2024-09-01' and placed_at < '2024-10-01';
select id, total from purchase where placed_at between '2024-06-01 08:00' and '2024-06-01 20:00';
select * from purchase where placed_at >= '2025-12-22';
select * from purchase where placed_at > '2025-12-25' order by placed_at;
select * from purchase where placed_at < '2024-01-02';
select * from purchase where placed_at < '2023-01-01';
select * from purchase where placed_at > '2030-01-01';
select placed_at, total from purchase where placed_at >= '2025-03-01' and placed_at < '2025-03-03';
select sum(total) from purchase where placed_at >= '2025-11-20';
select * from purchase where id > 399900;
select * from purchase where id > 500000;
select * from account where balance > 8000;
select * from account where created_at > '2025-11-01';
select * from event where at >= '2025-11-01' and at < '2025-11-02';
select * from event where at > '2025-11-09';
select * from contact where born < '1950-02-01' or born > '2004-06-01';
select count(*) from contact where score between 0.25 and 0.3;
select * from product where price between 100 and 120 and category = 'category 2';
select * from product where price > 1900 order by price desc;
select * from import_row where id > 29000;
select * from import_row where batch = 12;

-- patterns, lists, alternatives
select * from message where subject like 'Re: subject 12%';
select * from only message where subject like 'subject 777%';
select * from product where sku like 'SKU-00%';
select * from product where name ilike '%desk%' limit 10;
select * from contact where last_name like 'Last1%';
select * from account where lower(email) like 'user12%';
select * from purchase where state in ('new', 'paid') and placed_at > '2025-12-01';
select * from purchase where state = any ('{draft,new}') or total > 15000;
select * from purchase where account_id = 12 or coupon = 'C7';
select * from account where status <> 'active' and created_at > '2025-06-01';
select * from contact where country in ('AA', 'BB', 'CC') and seen_at > '2025-12-30';

-- arrays, jsonb, ranges
select * from product where tags @> '{tag0}';
select * from product where tags @> '{tag12,tag250}';
select * from product where tags && array['tag280', 'tag290'];
select * from product where attributes @> '{"colour": "white"}';
select * from product where attributes @> '{"colour": "red", "fragile": true}';
select * from account where settings @> '{"beta": true}';
select * from account where settings ? 'seats' and settings ->> 'theme' = 'auto';
select * from booking where guests @> '{7}';
select * from booking where during && tstzrange('2025-06-01', '2025-06-02');
select * from booking where during @> timestamptz '2026-02-01 12:00' and room = 3;
select * from product where sold_during @> date '2024-02-01';
select * from product where sold_during << daterange('2019-01-01', '2020-01-01');
select * from event where payload @> '{"page": "p60"}';

-- joins
select a.country, count(*), sum(p.total) from purchase p join account a on a.id = p.account_id group by a.country;
select p.id, l.product_id, l.quantity from purchase p join purchase_line l on l.purchase_id = p.id where p.account_id = 31;
select r.category, sum(l.quantity * l.price)
from purchase_line l join product r on r.id = l.product_id
group by r.category order by 2 desc limit 5;
select c.name, r.category, sum(l.quantity)
from purchase p
join account a on a.id = p.account_id
join country c on c.code = a.country
join purchase_line l on l.purchase_id = p.id
join product r on r.id = l.product_id
where p.placed_at >= '2025-05-01' and p.placed_at < '2025-05-08' and r.category = 'category 5'
group by c.name, r.category;
select a.id, e.at, m.sent_at, c.name, p.total, l.quantity
from account a
join country c on c.code = a.country
join event e on e.account_id = a.id and e.kind = 'export'
join message m on m.sender = a.id
join purchase p on p.account_id = a.id and p.state = 'paid'
join purchase_line l on l.purchase_id = p.id
where a.status = 'paused' and a.country = 'AC';
select a.id, t.purchases from account a join account_total t on t.account_id = a.id where a.country = 'CC';
select a.id, p.id from account a left join purchase p on p.account_id = a.id and p.state = 'returned' where a.city = 'City 3-1';
select a.email, b.email from account a join account b on a.city = b.city and a.id < b.id where a.balance > 8800 and b.status = 'trial';
select e.kind, count(*) from event e join account a on a.id = e.account_id where e.at > '2025-10-01' and a.plan = 'partner' group by e.kind;
select i.line, p.id from import_row i join purchase p on p.id = i.id where i.batch = 3;
select c.last_name, a.name from contact c full join account a on a.name = c.last_name where a.id < 100 or c.id < 100;
select n.text, a.name from audit_note n join account a on a.id = n.account_id where n.noted_at > '2025-01-01';
select d.device, x.total from (select distinct device from metric where day = '2025-02-03') d
    cross join lateral (select sum(value) as total from metric m where m.device = d.device and m.day > '2025-03-01') x;

-- semi- and anti-joins, sub-queries, CTEs
select * from account a where exists (select from purchase p where p.account_id = a.id and p.total > 10000);
select count(*) from account a where not exists (select from purchase p where p.account_id = a.id);
select * from product r where id not in (select product_id from purchase_line where quantity > 10);
select * from product r where not exists (select from purchase_line l where l.product_id = r.id and l.quantity > 5) and r.category = 'category 1';
select id, (select max(placed_at) from purchase p where p.account_id = a.id) from account a where a.country = 'FA';
select * from purchase p where total > (select 20 * avg(total) from purchase) and state = 'shipped';
with best as (select account_id, sum(total) as spent from purchase group by account_id order by spent desc limit 50)
select a.name, b.spent from best b join account a on a.id = b.account_id;
with day as materialized (select * from purchase where placed_at >= '2025-02-01' and placed_at < '2025-02-02')
select d1.id, d2.id from day d1 join day d2 on d1.account_id = d2.account_id and d1.id < d2.id;
select * from account where id in (select sender from message where sent_at > '2025-09-01') and status = 'closed';

select count(*) from purchase p where placed_at >= '2025-03-01' and exists (select from purchase_line l where l.purchase_id = p.id and l.quantity > 6);
select * from event e where e.at > '2025-11-01' and e.account_id in (select id from account where country = 'AB');
select * from account where closed_at >= '2025-07-20' and closed_at < '2025-07-21';
select * from product where discontinued_on > '2025-10-01';
select c.name, count(*) from country c left join contact k on k.country = c.code and k.born > '1999-01-01' group by c.name;

-- aggregates, distinct, windows, sorts
select state, count(*), avg(total) from purchase group by state;
select count(distinct account_id) from purchase where placed_at >= '2025-01-01';
select distinct channel, state from purchase;
select distinct on (account_id) account_id, id, placed_at from purchase where account_id < 500 order by account_id, placed_at desc;
select account_id, count(*) from purchase group by account_id having count(*) > 40;
select kind, date_trunc('month', at), count(*) from event group by 1, 2 order by 1, 2;
select id, total, rank() over (partition by account_id order by total desc) from purchase where placed_at >= '2025-07-01' and placed_at < '2025-07-15';
select id, sum(total) over (order by placed_at) from purchase where account_id = 8;
select * from purchase order by shipped_at desc nulls last limit 50;
select * from purchase order by total desc limit 10;
select * from account where status = 'closed' order by created_at desc limit 25;
select * from contact order by last_name, first_name, born limit 100;
select min(placed_at), max(placed_at) from purchase;
select max(shipped_at) from purchase;
select min(balance) from account where status = 'trial';
select country, array_agg(name order by name) from account where plan = 'partner' group by country;
select count(*) from purchase_line;
select placed_at from purchase where placed_at >= '2025-04-01' and placed_at < '2025-05-01' order by placed_at;
select product_id, count(*) from purchase_line where product_id between 100 and 300 group by product_id;

-- partitions and inheritance
select * from metric where device = 3 and day = '2025-03-14';
select device, avg(value) from metric where day >= '2025-02-10' and day < '2025-03-05' group by device;
select count(*) from metric where quality is null;
select * from metric where device = 700;
select * from metric where day = '2025-08-01';
select m.device, m.day from metric m where m.device = 5 order by m.day desc limit 10;
select * from message where sender = 42;
select * from message where sent_at > '2025-10-10';
select count(*) from message_archived where sent_at < '2023-03-01';

-- sets of rows from several places, views, functions
select id, placed_at from purchase where account_id = 6 union all select id, at from event where account_id = 6 order by 2 desc limit 10;
select account_id from purchase where coupon = 'C9' intersect select account_id from event where kind = 'invite';
select * from open_purchase where country = 'AD' order by placed_at limit 20;
select * from account_total where account_id = 2;
select * from purchases_since(15, '2025-06-01');
select s.id, l.product_id from purchases_since(2, '2025-10-01') s join purchase_line l on l.purchase_id = s.id;

-- what the indexes of benches/twin_indexes.sql are for
select * from purchase where state = 'packed' and placed_at >= '2025-10-01' and placed_at < '2025-10-03';
select placed_at from purchase where state = 'cancelled' order by placed_at limit 5;
select state, min(placed_at) from purchase where state in ('draft', 'returned') group by state;
select purchase_id, quantity from purchase_line where product_id = 2500 order by quantity desc limit 3;
select quantity from purchase_line where product_id = 19000;
select product_id, max(quantity) from purchase_line group by product_id;
select at, kind from event where account_id = 300 and at > '2025-09-01';
select account_id, max(at) from event where account_id between 40 and 60 group by account_id;
select * from event where kind = 'export' order by at desc limit 20;
select count(*) from event where kind = 'export' and at >= '2025-04-01' and at < '2025-04-15';
select id, price from product where lower(name) = 'desk no. 4402';
select id from product where lower(name) >= 'vase no. 19' and lower(name) < 'vase no. 2';
select account_id, sum(total) from purchase where account_id between 2000 and 2050 group by account_id;
select sum(total) from purchase where account_id = 1;
select id from event where payload @> '{"ms": 4000}';
select device, value from metric where quality = 4 and day >= '2025-03-10' and day < '2025-03-12';
select count(*) from metric where quality = 3 and day = '2025-05-05';
select * from contact where country = 'DD' and score is not null order by score desc nulls last limit 10;
select id, score from contact where country = 'EB' and score > 0.99;
select subject, sent_at from message_archived where subject >= 'subject 88' and subject < 'subject 89';
select a.name, p.total from account a join purchase p on p.account_id = a.id and p.state = 'new' and p.placed_at > '2025-11-15' where a.country = 'AB';

-- writes
update account set balance = balance + 1 where id = 17;
update purchase set state = 'cancelled' where state = 'new' and placed_at < '2024-02-01';
update purchase_line l set price = r.price from product r where r.id = l.product_id and r.category = 'category 30';
update metric set quality = 0 where device = 9 and day < '2025-02-01';
delete from event where at < '2025-01-15';
delete from message where sender = 100;
delete from purchase_line where purchase_id in (select id from purchase where account_id = 44);
insert into audit_note (id, account_id, noted_at, text) select id, account_id, placed_at, 'x' from purchase where account_id = 9;
