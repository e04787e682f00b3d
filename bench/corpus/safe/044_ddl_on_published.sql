-- safe: the look-alike of a hazard to subscribers
alter table guests add column phone text;
comment on column guests.phone is 'not published before the subscriber has it';
