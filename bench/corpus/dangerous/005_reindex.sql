-- waits: IX003; pgfence reindex
reindex index bookings_code;
