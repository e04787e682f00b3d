-- waits: CN002; squawk transaction-nesting, eugene: NOT VALID saves nothing in one transaction
alter table bookings add constraint source_short check (length(source) < 100) not valid;
alter table bookings validate constraint source_short;
