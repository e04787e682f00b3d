-- waits: CL002; a new scale rounds each row
alter table bookings alter column deposit type numeric(10, 3);
