-- fails: CL004; a column of a view under another name
alter view current_bookings rename column nights to stay;
