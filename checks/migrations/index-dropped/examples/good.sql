create index concurrently orders_idx on orders (status);
