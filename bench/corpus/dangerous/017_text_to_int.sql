-- waits fails: CL002; USING converts each row
alter table bookings alter column source type int using length(source);
