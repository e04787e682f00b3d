-- safe: the look-alike of a column that is there not yet
alter table guests add column phone text;
