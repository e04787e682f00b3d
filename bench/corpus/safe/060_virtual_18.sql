-- safe: the look-alike of GENERATED STORED
-- since: 18
alter table bookings add column total numeric generated always as (price * nights);
