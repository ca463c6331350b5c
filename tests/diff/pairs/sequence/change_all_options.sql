-- expect: in-place
-- from
create schema app;
create sequence app.ticket;

-- to
create schema app;
create sequence app.ticket as integer increment by 5 minvalue -100 maxvalue 1000 start with 10 cache 7 cycle;
