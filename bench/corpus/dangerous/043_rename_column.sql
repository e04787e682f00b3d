-- fails: CL004; squawk renaming-column
alter table bookings rename column source to channel;
