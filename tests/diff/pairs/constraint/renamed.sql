-- expect: in-place
-- from
-- seen as one dropped and one added: RENAME CONSTRAINT is better
create schema app;
create table app.p (id integer primary key);
create table app.item (id integer constraint pk_old primary key, a integer constraint a_old unique, b integer constraint b_old check (b > 0), c integer constraint c_old references app.p);

-- rows
insert into app.p values (1);
insert into app.item values (1, 1, 1, 1);

-- to
create schema app;
create table app.p (id integer primary key);
create table app.item (id integer constraint pk_new primary key, a integer constraint a_new unique, b integer constraint b_new check (b > 0), c integer constraint c_new references app.p);
