drop schema if exists billing;
