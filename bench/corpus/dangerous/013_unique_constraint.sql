-- waits: CN003; squawk disallowed-unique-constraint
alter table bookings add constraint bookings_once unique (hotel_id, code);
