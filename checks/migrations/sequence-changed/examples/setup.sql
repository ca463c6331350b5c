create sequence ticket_seq;
