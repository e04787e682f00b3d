-- sql-migrate 1.8.1
create table public.gorp_migrations (id text not null, applied_at timestamp with time zone, PRIMARY KEY (id));
insert into public.gorp_migrations (id, applied_at) values ('20240101000001-step.sql', '2026-11-27 19:20:44.898424+00');
insert into public.gorp_migrations (id, applied_at) values ('20240101000002-step.sql', '2026-11-27 19:20:44.903694+00');
insert into public.gorp_migrations (id, applied_at) values ('20240101000003-step.sql', '2026-11-27 19:20:44.908787+00');
