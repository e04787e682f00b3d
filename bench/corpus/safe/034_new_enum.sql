-- safe: the look-alike of a change of an enum
create type channel as enum ('web', 'desk');
alter table bookings add column channel channel;
