-- safe: the look-alike of a default that fills old rows
alter table bookings add column channel text;
alter table bookings alter column channel set default 'web';
