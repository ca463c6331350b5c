-- Encoding and locale of this database: they decide how texts sort.
select
    pg_catalog.pg_encoding_to_char(d.encoding) as encoding,
    d.datcollate as "collate",
    d.datctype as ctype,
    coalesce(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') as provider,   -- 15+
    coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') as locale   -- 17+, 15 and 16
from pg_catalog.pg_database d
where d.datname = pg_catalog.current_database()
