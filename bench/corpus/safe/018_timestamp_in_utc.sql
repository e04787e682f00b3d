-- safe: the look-alike of timestamp to timestamptz elsewhere
set local timezone = 'UTC';
alter table bookings alter column made_at type timestamp;
alter table bookings alter column made_at type timestamptz;
