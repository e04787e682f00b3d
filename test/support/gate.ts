/** Makes migrations that {@link WAIT_AT_GATE} wait; run it in the target's database before the deploy. */
export const CLOSE_GATE = 'create table gate (closed bool); insert into gate values (true)';

/** Lets them go on. */
export const OPEN_GATE = 'delete from gate';

/** SQL that goes on once the gate is open, so that a test need not guess how long a command takes to start. */
export const WAIT_AT_GATE = 'do $$ begin while exists (select from public.gate) loop perform pg_sleep(0.05); end loop; end $$;';
