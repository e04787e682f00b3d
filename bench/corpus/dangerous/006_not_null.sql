-- waits: CN004; squawk adding-not-nullable-field
alter table bookings alter column source set not null;
