-- safe: the look-alike of SET DEFAULT
alter table bookings alter column state drop default, alter column state set default 'asked';
