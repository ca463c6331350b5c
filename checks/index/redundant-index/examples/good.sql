create table event (id bigint primary key, account_id bigint not null, kind text not null, at timestamptz not null);
create index on event (account_id, at);
-- another order, another operator class, a predicate, a rule: none of these is redundant
create index on event (account_id desc, kind);
create index on event (kind);
create index on event (kind text_pattern_ops);
create index on event (account_id) where kind = 'error';
create unique index on event (at, kind);
create index on event (at, kind, account_id);
create index on event using hash (account_id);
