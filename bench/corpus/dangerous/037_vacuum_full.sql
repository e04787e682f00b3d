-- waits: LK002; pgfence VACUUM FULL
vacuum full bookings;
