-- safe: the look-alike of a rename that breaks
alter table bookings rename constraint nights_positive to nights_are_positive;
