-- safe: the look-alike of CREATE INDEX
create index concurrently bookings_source on bookings (source);
