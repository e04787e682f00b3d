-- waits: CL001; a domain with a CHECK is checked for each row
alter table bookings add column truck plate;
