-- waits: CL001; a function of one's own is volatile unless it says otherwise
alter table bookings add column slug text not null default next_code();
