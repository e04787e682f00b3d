-- sql-migrate 1.8.1
create table public.gorp_migrations (id text not null, applied_at timestamp with time zone, PRIMARY KEY (id));
insert into public.gorp_migrations (id, applied_at) values ('20240101000001-step.sql', '2026-11-27 19:20:42.148454+00');
insert into public.gorp_migrations (id, applied_at) values ('20240101000002-step.sql', '2026-11-27 19:20:42.160672+00');
insert into public.gorp_migrations (id, applied_at) values ('20240101000003-step.sql', '2026-11-27 19:20:42.162264+00');
