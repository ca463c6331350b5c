-- expect: in-place
-- want: CREATE OR REPLACE PROCEDURE
-- forbid: DROP PROCEDURE
-- from
create schema app;
create procedure app.p(a integer, inout b text) language plpgsql as $$ begin b := 'x'; end $$;

-- to
create schema app;
create procedure app.p(a integer, inout b text) language plpgsql security definer set search_path = app as $$ begin b := 'y'; commit; end $$;
comment on procedure app.p(integer, text) is 'does it';
