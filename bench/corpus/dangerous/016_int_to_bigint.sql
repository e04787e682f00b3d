-- waits: CL002; the classic of keys that run out (GitLab, Basecamp 2018)
alter table bookings alter column adults type bigint;
