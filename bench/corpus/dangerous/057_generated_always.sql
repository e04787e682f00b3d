-- fails: CL004; an identity column that takes no value any more
alter table hotels alter column id set generated always;
