-- safe: the look-alike of SET NOT NULL
alter table bookings alter column nights set not null;
