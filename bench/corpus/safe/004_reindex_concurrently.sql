-- safe: the look-alike of REINDEX
reindex index concurrently bookings_code;
