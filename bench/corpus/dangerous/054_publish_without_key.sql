-- fails: RE001; UPDATE and DELETE of a published table without a key
create publication everything for table log;
