-- waits: CL002; a rewrite where the session is not in UTC
set local timezone = 'Europe/Berlin';
alter table bookings alter column arrives type timestamptz;
