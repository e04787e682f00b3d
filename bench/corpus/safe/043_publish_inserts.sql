-- safe: the look-alike of a table without a key
create publication inserts for table log with (publish = 'insert');
