-- fails: CL004; a function with another list of arguments
drop function night_price(bigint);
create function night_price(booking bigint, currency text) returns numeric language sql stable as $$ select price from bookings where id = booking $$;
