-- safe: the look-alike of a unique index
create unique index concurrently rooms_place on rooms (number, hotel_id);
