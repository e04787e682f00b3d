import { expect, it } from 'vitest';
import { connectError } from '../../../src/engine/postgres/connect-error.js';

it.each([
  ['retry', 'server conn crashed?'],
  ['retry', 'server login has been failing, try again later (server_login_retry)'],
  ['retry', 'no more connections allowed (max_client_conn)'],
  ['retry', 'query_wait_timeout'],
  ['refused', 'no such database: nowhere'],
  ['refused', 'unsupported startup parameter: options'],
  ['refused', 'server login failed: wrong password type'],
])('what PgBouncer says of itself is %s: %s', (verdict, message) => {
  const error = Object.assign(new Error(message), { code: '08P01', severity: 'FATAL' });
  expect(connectError(error)).toMatchObject({ code: 'CONNECT_FAILED', verdict, sqlstate: '08P01' });
});
