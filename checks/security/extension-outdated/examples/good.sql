revoke create on schema public from public;
create extension citext;
