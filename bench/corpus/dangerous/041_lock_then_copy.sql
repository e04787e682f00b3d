-- waits: LK002; LOCK TABLE through a copy
lock table bookings in exclusive mode;
create table bookings_copy as select * from bookings;
