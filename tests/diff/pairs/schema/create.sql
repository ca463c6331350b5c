-- from

-- to
create schema app;
create schema "Billing Data";
