-- safe: the look-alike of a volatile default
alter table bookings add column channel text not null default 'web';
