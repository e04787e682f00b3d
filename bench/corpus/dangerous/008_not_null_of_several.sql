-- waits: CN004; one of two columns is proved
alter table bookings alter column currency set not null, alter column guest_id set not null;
