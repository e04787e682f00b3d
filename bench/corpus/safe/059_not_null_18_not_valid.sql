-- safe: the look-alike of ADD CONSTRAINT NOT NULL
-- since: 18
alter table bookings add constraint source_there not null source not valid;
