-- waits: CL001; squawk: GENERATED STORED rewrites
alter table bookings add column total numeric generated always as (price * nights) stored;
