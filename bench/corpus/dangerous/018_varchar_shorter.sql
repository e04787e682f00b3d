-- waits: CL002; squawk changing-column-type
alter table bookings alter column code type varchar(10);
