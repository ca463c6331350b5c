alter type state add value 'lost';
