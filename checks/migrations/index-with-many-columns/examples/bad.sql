create index concurrently orders_wide_idx on orders (customer_id, status, placed_at, id);
