-- fails: CL004; a required column without its default: inserts that leave it out fail
alter table bookings alter column state drop default;
