-- waits: CN005; squawk adding-serial-primary-key-field
alter table payments drop constraint payments_pkey;
alter table bookings drop constraint bookings_pkey cascade, add primary key (id, hotel_id);
