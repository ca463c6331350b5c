alter view open_orders rename to orders_open;
