-- finds: public.total()
-- finds: public.tidy()
create function total() returns bigint language sql security definer as $$ select 1::bigint $$;
create procedure tidy() language plpgsql security definer as $$ begin null; end $$;
