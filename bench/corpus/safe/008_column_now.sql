-- safe: the look-alike of clock_timestamp()
alter table bookings add column seen_at timestamptz default now();
