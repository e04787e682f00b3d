-- waits: CN001; squawk adding-foreign-key-constraint
alter table bookings add constraint bookings_guest_fkey foreign key (guest_id) references guests;
