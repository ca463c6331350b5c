do $$ begin execute format('alter table %I add column note text', 'orders'); end $$;
