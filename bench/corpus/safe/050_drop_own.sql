-- safe: the look-alike of DROP CASCADE
create type draft as enum ('a');
create table drafts (state draft);
drop type draft cascade;
drop table drafts cascade;
