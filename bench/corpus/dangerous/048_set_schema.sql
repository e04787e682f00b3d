-- fails: CL004; a table moves out of the search path
alter table rooms set schema archive;
