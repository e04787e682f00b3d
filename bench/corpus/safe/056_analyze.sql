-- safe: the look-alike of VACUUM FULL
analyze bookings;
