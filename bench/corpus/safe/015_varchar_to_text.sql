-- safe: the look-alike of a type change
alter table hotels alter column city type text;
