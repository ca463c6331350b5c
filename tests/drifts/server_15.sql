-- Once for a server of 15 or later, statement by statement, as superuser: a tablespace for the drifts that need one.

set allow_in_place_tablespaces = on;
create tablespace zoo_space location '';
