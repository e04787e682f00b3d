-- safe: the look-alike of what it says
insert into archive.bookings values (100000, 'drop table bookings; truncate guests cascade');
comment on table log is 'alter table log set unlogged';
