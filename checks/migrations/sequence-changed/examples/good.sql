create sequence other_seq;
