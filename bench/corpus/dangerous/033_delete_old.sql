-- loses: DM001; retention in one statement
delete from bookings where arrives < '2025-01-05' and id > 50000;
