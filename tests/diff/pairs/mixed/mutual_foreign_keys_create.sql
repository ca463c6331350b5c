-- from
create schema app;

-- to
create schema app;
create table app.team (id integer primary key, lead_id integer);
create table app.person (id integer primary key, team_id integer not null references app.team);
alter table app.team add foreign key (lead_id) references app.person deferrable initially deferred;
