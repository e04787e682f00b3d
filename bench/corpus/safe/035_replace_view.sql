-- safe: the look-alike of a view that is dropped
create or replace view current_bookings as select id, hotel_id, state, nights, price from bookings where state <> 'left';
