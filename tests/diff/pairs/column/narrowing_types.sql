-- expect: data-loss
-- from
create schema app;
create table app.item (id integer primary key, a bigint, b text, c numeric(10, 4), d timestamptz, e float8);

-- rows
insert into app.item values (1, 5, 'abc', 1.2345, '2024-01-01 10:00:00.123456+00', 1.1234567890123);

-- to
create schema app;
create table app.item (id integer primary key, a smallint, b varchar(5), c numeric(10, 2), d timestamptz(0), e float4);
