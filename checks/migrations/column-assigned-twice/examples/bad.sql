update orders set status = 'a', status = 'b' where id = 1;
