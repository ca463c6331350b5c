-- What PostgreSQL 14 added; after base.sql.

alter table app.account alter code set compression pglz;
create table app.packed (id int, body text compression pglz);

create type app.lengths as range (subtype = int8, multirange_type_name = app.many_lengths);

create function app.twice(a int) returns int language sql immutable begin atomic select a * 2; end;
create procedure app.measure(in days int, out result int) language plpgsql as $$
begin
    result := days;
end $$;

create statistics app.lead_shapes on (lower(name)), (price * 2), account_id from app.lead;

-- the sixth argument came with 14
create function app.to_utf8(int, int, cstring, internal, int, boolean) returns int language c strict
    as '$libdir/utf8_and_iso8859_1', 'iso8859_1_to_utf8';
