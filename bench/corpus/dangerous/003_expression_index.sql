-- waits: IX001; an index on lower(), built in a release
create index bookings_lower_code on bookings (lower(code));
