-- teams, what is theirs, and rows that have no team of their own
create table "Team" (id uuid primary key default gen_random_uuid(), name text not null);
create table "Contact" (id bigint generated always as identity primary key, "teamId" uuid not null references "Team" on delete cascade on update cascade);
create table "Block" (id bigint generated always as identity primary key, "teamId" uuid not null references "Team" on delete cascade on update cascade, slug text not null unique);
create table "Message" (id bigint generated always as identity primary key, "teamId" uuid not null references "Team" on update cascade, "contactId" bigint not null references "Contact");
create table "Setting" (key text, "teamId" uuid not null references "Team" on update cascade, primary key ("teamId", key));
create table property (id bigint generated always as identity primary key, "blockId" bigint not null references "Block" on delete cascade, address text not null);
create table flat (id bigint generated always as identity primary key, property_id bigint not null references property on delete cascade, label text);
insert into "Team" select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'team ' || n from generate_series(1, 5) n;
insert into "Block" ("teamId", slug) select ('00000000-0000-0000-0000-' || lpad((1 + n % 5)::text, 12, '0'))::uuid, 'b' || n from generate_series(1, 50) n;
insert into "Contact" ("teamId") select id from "Team";
insert into "Message" ("teamId", "contactId") select "teamId", id from "Contact";
