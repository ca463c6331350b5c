create table event (id bigint primary key, account_id bigint not null, kind text not null, at timestamptz not null);
create index event_account_at on event (account_id, at);
-- the one above begins with it
create index event_account on event (account_id);
-- the same thing twice
create index event_kind   on event (kind);
create index event_kind_2 on event (kind);
