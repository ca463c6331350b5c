-- from
create schema app;
create table app.empty ();
create table app.old_empty ();
create table app.fills ();

-- to
create schema app;
create table app.empty ();
create table app.new_empty ();
create table app.fills (a integer);
