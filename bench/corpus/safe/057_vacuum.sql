-- safe: the look-alike of VACUUM FULL
vacuum (analyze) payments;
