-- safe: the look-alike of a shorter varchar
alter table bookings alter column code type varchar(40);
