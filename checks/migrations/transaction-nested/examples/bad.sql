begin;
begin;
insert into customer values (1000, 'a');
commit;
