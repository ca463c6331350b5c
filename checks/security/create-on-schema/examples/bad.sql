-- finds: schema shop
-- finds: schema public
create role app nologin;
revoke create on schema public from public;
create schema shop;
grant create, usage on schema shop to public;
grant create on schema public to app;
