-- safe: the look-alike of FOREIGN KEY
alter table bookings add constraint bookings_guest_fkey foreign key (guest_id) references guests not valid;
