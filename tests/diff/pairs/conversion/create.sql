-- from
create schema app;

-- to
create schema app;
create conversion app.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
