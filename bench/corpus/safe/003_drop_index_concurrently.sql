-- safe: the look-alike of DROP INDEX
drop index concurrently bookings_arriving;
