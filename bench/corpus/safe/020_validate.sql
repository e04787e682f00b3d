-- safe: the look-alike of CHECK with VALIDATE
alter table bookings validate constraint price_positive;
