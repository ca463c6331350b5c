update orders set status = 'a', placed_at = now() where id = 1;
