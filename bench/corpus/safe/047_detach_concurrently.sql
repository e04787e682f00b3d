-- safe: the look-alike of DETACH
alter table visits detach partition visits_2023 concurrently;
