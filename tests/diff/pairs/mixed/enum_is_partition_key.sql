-- from
create schema app;
create type app.region as enum ('eu', 'us');
create table app.sale (id bigint, region app.region not null) partition by list (region);
create table app.sale_eu partition of app.sale for values in ('eu');
create table app.sale_rest partition of app.sale default;

-- rows
insert into app.sale values (1, 'eu'), (2, 'us');

-- to
create schema app;
create type app.region as enum ('eu', 'us', 'asia');
create table app.sale (id bigint, region app.region not null) partition by list (region);
create table app.sale_eu partition of app.sale for values in ('eu');
create table app.sale_rest partition of app.sale default;
