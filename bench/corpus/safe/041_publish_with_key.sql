-- safe: the look-alike of a table without a key
create publication everything for table payments;
