-- +goose Up
create table orders (id bigint primary key, customer_id bigint);

-- +goose Down
drop table orders;
