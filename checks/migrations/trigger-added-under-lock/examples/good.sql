set lock_timeout = '2s';
create trigger stamp before update on orders for each row execute function stamp();
