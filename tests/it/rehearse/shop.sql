create role app login;
create table team (id int primary key, name text not null);
create table account (id bigint primary key, team_id int not null references team, name text not null, email text not null);
create unique index account_email on account (email);
create table event (id bigserial primary key, account_id bigint not null references account, kind text not null, at timestamptz not null);
create index event_account on event (account_id);
create table member (team_id int not null, login text not null);
create index member_login on member (login);
create view busy as select account_id, count(*) as events from event group by account_id;
insert into team select n, 'team ' || n from generate_series(1, 200) n;
insert into account select n, 1 + n % 200, 'name ' || n % 5000, 'user' || n || '@example.org' from generate_series(1, 20000) n;
insert into event (account_id, kind, at)
select 1 + n % 20000, 'kind ' || n % 7, timestamptz '2026-01-01' + n * interval '1 minute' from generate_series(1, 100000) n;
insert into member select 1 + n % 200, 'login ' || n from generate_series(1, 2000) n;
grant select, insert, update, delete on all tables in schema public to app;
grant usage on all sequences in schema public to app;
vacuum analyze;
