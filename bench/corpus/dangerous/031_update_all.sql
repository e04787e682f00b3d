-- waits: DM001; strong_migrations backfilling
update bookings set source = 'unknown';
