-- safe: the look-alike of several passes
alter table bookings add column a int, add column b int default 0;
