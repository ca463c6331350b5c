-- from
create schema app;

-- to
create schema app;
create domain app.email as text collate "C" default 'nobody@example.com' not null check (value ~ '@');
