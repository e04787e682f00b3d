-- waits: CL002; pgfence json
alter table bookings alter column details type jsonb;
