create table shipment (id bigint primary key, order_id bigint not null references orders);
create index shipment_order_idx on shipment (order_id);
