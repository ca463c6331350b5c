-- expect: in-place
-- want: ALTER SEQUENCE
-- from
create schema app;
create sequence app.s increment by 2 minvalue 10 maxvalue 100 start with 20 cache 5 cycle;

-- to
create schema app;
create sequence app.s as smallint increment by -1 no cycle;
