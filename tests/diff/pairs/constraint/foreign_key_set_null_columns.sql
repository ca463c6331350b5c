-- since: 15
-- expect: in-place
-- from
create schema app;
create table app.p (tenant integer, id integer, primary key (tenant, id));
create table app.c (tenant integer not null, id integer, p_id integer, q_id integer default 0, primary key (tenant, id),
  constraint c_p foreign key (tenant, p_id) references app.p on delete cascade,
  constraint c_q foreign key (tenant, q_id) references app.p on delete set default (q_id));

-- rows
insert into app.p values (1, 1);
insert into app.c values (1, 1, 1, 1);

-- to
create schema app;
create table app.p (tenant integer, id integer, primary key (tenant, id));
create table app.c (tenant integer not null, id integer, p_id integer, q_id integer default 0, primary key (tenant, id),
  constraint c_p foreign key (tenant, p_id) references app.p on delete set null (p_id),
  constraint c_q foreign key (tenant, q_id) references app.p on delete set null (q_id));
