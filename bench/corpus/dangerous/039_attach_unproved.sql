-- waits: LK003; pgfence partition
alter table visits attach partition visits_2027 for values from ('2027-01-01') to ('2028-01-01');
