-- safe: the look-alike of a table without a key
alter table log replica identity full;
create publication everything for table log;
