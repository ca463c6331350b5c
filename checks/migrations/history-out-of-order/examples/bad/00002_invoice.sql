-- +goose Up
create table invoice (id bigint primary key, customer_id bigint);

-- +goose Down
drop table invoice;
