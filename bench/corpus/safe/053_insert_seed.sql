-- safe: the look-alike of a copy
insert into hotels (name, city, stars) values ('New', 'Town', 3) on conflict do nothing;
