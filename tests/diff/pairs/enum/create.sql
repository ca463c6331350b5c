-- from
create schema app;

-- to
create schema app;
create type app.mood as enum ('sad', 'ok', 'happy');
create type app.empty as enum ();
