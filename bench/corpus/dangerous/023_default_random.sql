-- waits: CL001; squawk adding-field-with-default (volatile)
alter table bookings add column token uuid default gen_random_uuid();
