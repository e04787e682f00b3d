-- safe: the look-alike of a change
comment on column bookings.source is 'where it was made';
