-- safe: the look-alike of a new scale
alter table bookings alter column deposit type numeric(12, 2);
