-- safe: the look-alike of DROP CASCADE
drop table if exists nothing_here cascade;
drop type if exists no_such_type cascade;
drop view if exists no_view cascade;
