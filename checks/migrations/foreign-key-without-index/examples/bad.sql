create table shipment (id bigint primary key, order_id bigint not null references orders);
