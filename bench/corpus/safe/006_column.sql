-- safe: the look-alike of ADD COLUMN with work
alter table bookings add column channel text;
