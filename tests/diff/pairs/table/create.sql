-- from

-- to
create schema app;
create table app.account (
  id bigint generated always as identity primary key,
  email text not null unique,
  balance numeric(12, 2) not null default 0 check (balance >= 0),
  created_at timestamptz not null default now()
);
create table app.entry (
  account_id bigint not null references app.account on delete cascade,
  no integer not null,
  note varchar(200),
  primary key (account_id, no)
);
create index entry_note_idx on app.entry (note) where note is not null;
