-- waits: LK002; pgfence, Atlas
cluster bookings using bookings_code;
