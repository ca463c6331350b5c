alter sequence ticket_seq restart with 1;
