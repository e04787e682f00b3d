-- safe: the look-alike of a trigger before more work
create trigger bookings_touch before insert on bookings for each row execute function touch();
