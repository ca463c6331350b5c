-- since: 15
-- expect: in-place
-- want: SET UNLOGGED
-- want: SET LOGGED
-- from
create schema app;
create sequence app.a;
create unlogged sequence app.b;

-- to
create schema app;
create unlogged sequence app.a;
create sequence app.b;
