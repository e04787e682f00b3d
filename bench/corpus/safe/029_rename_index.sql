-- safe: the look-alike of a rename that breaks
alter index bookings_guest rename to bookings_by_guest;
