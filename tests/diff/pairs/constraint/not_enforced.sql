-- since: 18
-- expect: in-place
-- from
create schema app;
create table app.p (id integer primary key);
create table app.item (id integer primary key, n integer constraint n_positive check (n > 0), p_id integer constraint p_fk references app.p, q_id integer constraint q_fk references app.p not enforced);

-- rows
insert into app.p values (1);
insert into app.item values (1, 1, 1, 1);

-- to
create schema app;
create table app.p (id integer primary key);
create table app.item (id integer primary key, n integer constraint n_positive check (n > 0) not enforced, p_id integer constraint p_fk references app.p not enforced, q_id integer constraint q_fk references app.p);
