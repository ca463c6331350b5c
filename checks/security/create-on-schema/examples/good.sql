create role app nologin;
revoke create on schema public from public;
create schema shop;
grant usage on schema shop, public to app;
