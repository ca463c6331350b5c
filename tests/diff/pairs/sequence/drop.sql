-- from
create schema app;
create sequence app.ticket;

-- to
create schema app;
