-- safe: the look-alike of ATTACH
create table visits_2028 partition of visits for values from ('2028-01-01') to ('2029-01-01');
