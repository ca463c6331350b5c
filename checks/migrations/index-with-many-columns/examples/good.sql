create index concurrently orders_idx on orders (customer_id, status) include (placed_at, id);
