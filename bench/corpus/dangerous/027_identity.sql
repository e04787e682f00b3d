-- waits: CL001; an identity column numbers each row
alter table bookings add column number bigint generated always as identity;
