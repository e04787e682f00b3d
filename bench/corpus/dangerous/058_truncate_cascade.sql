-- loses: DS001; squawk ban-truncate-cascade
truncate archive.bookings cascade;
