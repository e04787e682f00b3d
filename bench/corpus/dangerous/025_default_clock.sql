-- waits: CL001; clock_timestamp() is not now()
alter table bookings add column seen_at timestamptz default clock_timestamp();
