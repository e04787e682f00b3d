-- fails: CL004; squawk renaming-table
alter table payments rename to charges;
