-- safe: the look-alike of REVOKE
grant select on bookings to public;
