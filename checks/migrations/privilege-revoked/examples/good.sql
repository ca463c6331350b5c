grant select on orders to public;
