-- waits: CL002; another collation builds the indexes anew
alter table bookings alter column code type varchar(12) collate "C";
