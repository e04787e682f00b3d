-- safe: the look-alike of a default that calls something
alter table bookings add column tags text[] not null default '{}';
