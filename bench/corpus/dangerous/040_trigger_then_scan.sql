-- waits: TX007; a trigger locks out writers while the table is read
create trigger bookings_touch before insert on bookings for each row execute function touch();
create table booking_counts as select hotel_id, count(*) from bookings group by hotel_id;
