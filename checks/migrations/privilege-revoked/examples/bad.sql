revoke select on orders from public;
