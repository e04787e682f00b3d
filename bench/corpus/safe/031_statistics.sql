-- safe: the look-alike of ALTER COLUMN
alter table bookings alter column source set statistics 500;
