-- waits fails: CL001 AC003; eugene E11, squawk prefer-identity
alter table bookings add column number bigserial;
