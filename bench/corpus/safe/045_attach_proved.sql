-- safe: the look-alike of ATTACH
alter table visits attach partition visits_2026 for values from ('2026-01-01') to ('2027-01-01');
