create table account (id bigint primary key, email text not null);
create index account_email on account (email);
-- what a cancelled CREATE INDEX CONCURRENTLY leaves behind
update pg_index set indisvalid = false where indexrelid = 'account_email'::regclass;
