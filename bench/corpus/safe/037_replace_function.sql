-- safe: the look-alike of a function that is dropped
create or replace function night_price(booking bigint) returns numeric language sql stable as $$ select price from bookings where id = booking $$;
