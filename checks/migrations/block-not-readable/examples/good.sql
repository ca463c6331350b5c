set lock_timeout = '2s';
do $$ begin alter table orders add column note text; exception when duplicate_column then null; end $$;
