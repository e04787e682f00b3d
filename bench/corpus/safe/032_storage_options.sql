-- safe: the look-alike of SET
alter table bookings set (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01);
