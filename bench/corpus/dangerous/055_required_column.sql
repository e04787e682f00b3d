-- fails: CL003; squawk adding-required-field
alter table bookings add column channel text not null;
