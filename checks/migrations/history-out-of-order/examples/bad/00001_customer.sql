-- +goose Up
create table customer (id bigint primary key, name text);

-- +goose Down
drop table customer;
