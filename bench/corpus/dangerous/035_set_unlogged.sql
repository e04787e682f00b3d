-- waits: LK002; the table is copied
alter table log set unlogged;
