-- safe: the look-alike of another list of arguments
drop function night_price(bigint);
create function night_price(booking bigint, currency text default 'EUR') returns numeric language sql stable as $$ select price from bookings where id = booking $$;
