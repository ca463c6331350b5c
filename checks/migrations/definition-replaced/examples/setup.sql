create function total(bigint) returns bigint language sql as 'select $1';
