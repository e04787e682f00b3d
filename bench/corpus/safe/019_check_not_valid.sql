-- safe: the look-alike of CHECK
alter table bookings add constraint source_short check (length(source) < 100) not valid;
