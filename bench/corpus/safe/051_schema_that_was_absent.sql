-- safe: the look-alike of DROP SCHEMA CASCADE
drop schema if exists staging cascade;
create schema staging;
create table staging.rows (id int);
