-- safe: the look-alike of REFRESH
refresh materialized view concurrently income;
