-- fails loses: DS001; DROP SCHEMA CASCADE
drop schema archive cascade;
