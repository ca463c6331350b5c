create index concurrently orders_customer_idx on orders (customer_id);
-- nobody uses a table that the file itself creates
create table shipment (id bigint primary key, order_id bigint);
create index shipment_order_idx on shipment (order_id);
