-- fails loses: CL004; squawk ban-drop-table
drop table payments;
