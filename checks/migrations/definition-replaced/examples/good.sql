create function total(bigint, bigint) returns bigint language sql as 'select $1 + $2';
