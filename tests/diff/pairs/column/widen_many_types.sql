-- expect: in-place
-- forbid: DROP COLUMN
-- from
create schema app;
create table app.item (id integer primary key, a varchar(10), b varchar(10), c numeric(8, 2), d timestamptz(0), e char(3), f smallint, g varbit(4), h integer[], i date);

-- rows
insert into app.item values (1, 'a', 'b', 1.25, '2024-01-01', 'x', 3, '101', '{1,2}', '2024-02-02');

-- to
create schema app;
create table app.item (id integer primary key, a varchar(20), b text, c numeric(12, 2), d timestamptz, e varchar(3), f bigint, g varbit, h bigint[], i date);
