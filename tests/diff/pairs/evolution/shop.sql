-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema shop;
create extension pg_trgm schema shop;
create type shop.order_state as enum ('new', 'paid', 'sent');
create table shop.customer (id serial primary key, email varchar(120) not null, name text, created timestamp not null default now());
create unique index customer_email on shop.customer (email);
create table shop.category (id serial primary key, parent_id integer references shop.category, name text not null);
create table shop.product (id serial primary key, category_id integer references shop.category, sku varchar(20) not null unique, title text not null, price numeric(8, 2) not null check (price >= 0), stock integer default 0);
create table shop.orders (id serial primary key, customer_id integer not null references shop.customer, state shop.order_state not null default 'new', note text, placed timestamptz default now());
create table shop.order_line (order_id integer references shop.orders, line integer, product_id integer references shop.product, qty integer not null check (qty > 0), price numeric(8, 2) not null, primary key (order_id, line));
create table shop.payment (id serial primary key, order_id integer references shop.orders, amount numeric(8, 2), method text check (method in ('card', 'cash')));
create table shop.shipment (id serial primary key, order_id integer references shop.orders, tracking text);
create table shop.review (id serial primary key, product_id integer references shop.product on delete cascade, stars smallint check (stars between 1 and 5), body text);
create table shop.voucher (code text primary key, percent integer);
create table shop.audit (id bigserial primary key, at timestamptz default now(), what text);
create function shop.order_total(o integer) returns numeric language sql stable as 'select sum(qty * price) from shop.order_line where order_id = o';
create view shop.order_summary as select o.id, o.state, c.email, shop.order_total(o.id) as total from shop.orders o join shop.customer c on c.id = o.customer_id;
create view shop.open_orders as select id, email from shop.order_summary where state = 'new';
create materialized view shop.best_sellers as select product_id, sum(qty) as sold from shop.order_line group by product_id;
create function shop.log() returns trigger language plpgsql as $$ begin insert into shop.audit (what) values (tg_table_name); return null; end $$;
create trigger log after insert on shop.orders for each row execute function shop.log();
grant select on shop.order_summary to pair_reader;

-- rows
insert into shop.customer (email, name) values ('a@example.com', 'A'), ('b@example.com', 'B');
insert into shop.category (name) values ('books');
insert into shop.product (category_id, sku, title, price, stock) values (1, 'b-1', 'Book', 9.90, 5);
insert into shop.orders (customer_id, state) values (1, 'paid'), (2, 'new');
insert into shop.order_line values (1, 1, 1, 2, 9.90);
insert into shop.payment (order_id, amount, method) values (1, 19.80, 'card');
insert into shop.review (product_id, stars, body) values (1, 5, 'good');
insert into shop.voucher values ('TEN', 10);

-- to
create schema shop;
create extension pg_trgm schema shop;
create type shop.order_state as enum ('draft', 'new', 'paid', 'sent', 'returned');
create table shop.customer (id bigserial primary key, email text not null, name text, phone text, created timestamp not null default now(), constraint email_shape check (email like '%@%'));
create unique index customer_email on shop.customer (lower(email));
create table shop.category (id serial primary key, parent_id integer references shop.category on delete set null, name text not null, slug text unique);
create table shop.product (id serial primary key, category_id integer references shop.category, sku varchar(40) not null unique, title text not null, price numeric(12, 2) not null check (price > 0), stock integer not null default 0, search tsvector generated always as (to_tsvector('english', title)) stored);
create index product_title_trgm on shop.product using gin (title shop.gin_trgm_ops);
create index product_search on shop.product using gin (search);
create table shop.orders (id serial primary key, customer_id bigint not null references shop.customer on delete restrict, state shop.order_state not null default 'draft', note text, placed timestamptz default now());
create index orders_customer on shop.orders (customer_id);
create index orders_open on shop.orders (placed) where state in ('new', 'paid');
create table shop.order_line (order_id integer references shop.orders on delete cascade, line integer, product_id integer references shop.product, qty integer not null check (qty > 0 and qty < 1000), price numeric(12, 2) not null, primary key (order_id, line));
create table shop.payment (id serial primary key, order_id integer references shop.orders, amount numeric(12, 2), method text check (method in ('card', 'cash', 'transfer')));
create table shop.shipment (id serial primary key, order_id integer not null references shop.orders, tracking text, carrier text not null default 'post');
create table shop.review (id serial primary key, product_id integer references shop.product on delete cascade, customer_id bigint references shop.customer on delete set null, stars smallint check (stars between 1 and 5), body text);
create table shop.voucher (code text primary key, percent integer, ends date, constraint percent_range check (percent between 1 and 100));
create table shop.audit (id bigserial primary key, at timestamptz default now(), what text, who text default current_user);
create table shop.wish (customer_id bigint references shop.customer on delete cascade, product_id integer references shop.product on delete cascade, primary key (customer_id, product_id));
create function shop.order_total(o integer) returns numeric language sql stable as 'select coalesce(sum(qty * price), 0) from shop.order_line where order_id = o';
create view shop.order_summary as select o.id, o.state, c.email, shop.order_total(o.id) as total, o.placed from shop.orders o join shop.customer c on c.id = o.customer_id;
create view shop.open_orders as select id, email, total from shop.order_summary where state in ('draft', 'new');
create materialized view shop.best_sellers as select product_id, sum(qty) as sold, sum(qty * price) as worth from shop.order_line group by product_id;
create unique index best_sellers_product on shop.best_sellers (product_id);
create function shop.log() returns trigger language plpgsql security definer set search_path = shop as $$ begin insert into audit (what) values (tg_table_name || ' ' || tg_op); return null; end $$;
create trigger log after insert or update or delete on shop.orders for each row execute function shop.log();
create trigger log after insert on shop.payment for each row execute function shop.log();
grant select on shop.order_summary, shop.open_orders to pair_reader;
comment on table shop.wish is 'what customers dream of';
