-- safe: the look-alike of a volatile function
alter table bookings add column house text default house_code();
