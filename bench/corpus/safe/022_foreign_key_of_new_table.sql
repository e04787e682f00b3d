-- safe: the look-alike of FOREIGN KEY
create table reviews (id bigint generated always as identity primary key, booking_id bigint references bookings, stars int);
create index reviews_booking on reviews (booking_id);
