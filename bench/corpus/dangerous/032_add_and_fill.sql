-- waits: DM001 TX007; strong_migrations: column and backfill in one transaction
alter table bookings add column channel text;
update bookings set channel = source;
