-- waits: CN003; eugene E8 (an exclusion constraint)
alter table bookings add constraint one_per_code exclude using btree (code with =);
