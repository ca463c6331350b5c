-- finds: extension citext
revoke create on schema public from public;
create extension citext version '1.5';
