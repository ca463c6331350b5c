alter type state add value 'lost' after 'sent';
update parcel set is_at = 'lost' where id = 7;
