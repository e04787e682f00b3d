-- fails loses: AC002; row security without a policy
alter table guests enable row level security;
