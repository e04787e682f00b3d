-- safe: the look-alike of UPDATE without a key
update hotels set city = 'Town 1' where id = 3;
