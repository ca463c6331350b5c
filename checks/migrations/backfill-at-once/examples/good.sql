update orders set status = 'old' where id between 1 and 1000;
