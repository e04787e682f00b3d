-- waits: CN004; a check that is not validated proves nothing (squawk)
alter table bookings alter column price set not null;
