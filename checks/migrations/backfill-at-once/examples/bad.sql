update orders set status = 'old';
