-- waits: CN001; squawk constraint-missing-not-valid
alter table bookings add constraint source_short check (length(source) < 100);
