create view all_orders as select * from orders;
