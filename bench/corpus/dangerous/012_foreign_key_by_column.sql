-- waits: CN001 IX006; the reference of a column with a default
alter table bookings add column room bigint default 1 references hotels (id);
