-- expect: in-place
-- want: NOT VALID
-- want: VALIDATE CONSTRAINT
-- forbid: DROP DOMAIN
-- from
create schema app;
create domain app.email as text;
create table app.person (id integer primary key, email app.email);

-- rows
insert into app.person values (1, 'a@example.com'), (2, null);

-- to
create schema app;
create domain app.email as text constraint email_has_at check (value ~ '@');
create table app.person (id integer primary key, email app.email);
