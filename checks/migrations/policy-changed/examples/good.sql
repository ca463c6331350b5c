create table note (id bigint primary key);
create policy own on note using (true);
alter table note enable row level security;
