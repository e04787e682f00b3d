-- safe: the look-alike of row security without a policy
create policy everybody on guests using (true) with check (true);
alter table guests enable row level security;
