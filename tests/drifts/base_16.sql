-- What PostgreSQL 16 added; after base_15.sql.

create collation app.ruled (provider = icu, locale = 'de', rules = '&a < g');
