-- fails: CL004; a view that the application reads
drop view current_bookings;
