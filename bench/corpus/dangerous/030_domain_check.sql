-- waits: CN007; squawk ban-alter-domain-with-add-constraint
alter domain plate add constraint plate_short check (length(value) < 12);
