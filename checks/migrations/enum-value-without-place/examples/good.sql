alter type state add value 'lost' after 'sent';
