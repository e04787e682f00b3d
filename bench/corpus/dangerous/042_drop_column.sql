-- fails loses: CL004; squawk ban-drop-column
alter table bookings drop column source;
