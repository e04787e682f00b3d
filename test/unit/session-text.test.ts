import { expect, test } from 'vitest';
import { adviceAbout, AUTOVACUUM, AUTOVACUUM_WRAPAROUND, describeSession } from '../../src/text/session.js';

const session = { pid: 7, application: 'psql', user: 'ann', state: 'idle in transaction', seconds: 9 };

test.each([
  [{}, 'session 7 (psql, user ann, idle in transaction, 9 s)'],
  [{ application: '' }, 'session 7 (no application name, user ann, idle in transaction, 9 s)'],
  [
    { application: 'bi', state: '', seconds: null },
    'session 7 (bi, user ann, state and age hidden: the role lacks pg_read_all_stats)',
  ],
  [{ application: '', user: '', state: '' }, 'session 7 (no application name, a process of the server, 9 s)'],
  [{ application: AUTOVACUUM, user: '', state: 'active' }, 'session 7 (autovacuum, 9 s)'],
  [{ application: AUTOVACUUM_WRAPAROUND, user: '', state: 'active' }, 'session 7 (autovacuum (to prevent wraparound), 9 s)'],
  [{ application: '', user: '', state: 'active' }, 'session 7 (no application name, a process of the server, active, 9 s)'],
])('describes a session %j', (other, text) => {
  expect(describeSession({ ...session, ...other })).toBe(text);
});

test('says of a blocker what to do, which is another thing with autovacuum', () => {
  expect(adviceAbout(session)).toContain('pg_terminate_backend(7)');
  expect(adviceAbout({ ...session, application: AUTOVACUUM })).toContain('gives way');
  expect(adviceAbout({ ...session, application: AUTOVACUUM_WRAPAROUND })).toContain('does not give way');
});
