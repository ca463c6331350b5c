-- expect: in-place
-- from
create schema app;
create table app.a (id bigint not null, at date not null) partition by range (at);
create table app.b (id bigint, at date, constraint b_pkey primary key (id, at)) partition by range (at);
create table app.a1 partition of app.a for values from ('2024-01-01') to ('2025-01-01');
create table app.b1 partition of app.b for values from ('2024-01-01') to ('2025-01-01');

-- rows
insert into app.a values (1, '2024-02-02');
insert into app.b values (1, '2024-02-02');

-- to
create schema app;
create table app.a (id bigint not null, at date not null, constraint a_pkey primary key (id, at)) partition by range (at);
create table app.b (id bigint not null, at date not null) partition by range (at);
create table app.a1 partition of app.a for values from ('2024-01-01') to ('2025-01-01');
create table app.b1 partition of app.b for values from ('2024-01-01') to ('2025-01-01');
