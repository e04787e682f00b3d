-- safe: the look-alike of ADD CONSTRAINT
alter table bookings drop constraint price_positive;
