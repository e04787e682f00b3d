-- waits: CN001 CN004; ADD CONSTRAINT NOT NULL, since 18
-- since: 18
alter table bookings add constraint source_there not null source;
