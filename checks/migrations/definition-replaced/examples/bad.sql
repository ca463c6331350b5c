create or replace function total(bigint) returns bigint language sql as 'select $1 + 1';
