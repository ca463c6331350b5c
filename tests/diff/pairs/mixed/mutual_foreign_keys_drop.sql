-- expect: data-loss
-- from
create schema app;
create table app.keep (id integer primary key);
create table app.team (id integer primary key, lead_id integer);
create table app.person (id integer primary key, team_id integer not null references app.team);
alter table app.team add constraint team_lead_fkey foreign key (lead_id) references app.person deferrable initially deferred;

-- rows
insert into app.team values (1, null);
insert into app.person values (1, 1);

-- to
create schema app;
create table app.keep (id integer primary key);
