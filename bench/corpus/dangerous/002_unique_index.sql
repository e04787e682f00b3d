-- waits: IX001; eugene E6
create unique index bookings_hotel_code on bookings (hotel_id, code);
