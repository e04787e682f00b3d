import { describe, expect, it } from 'vitest';
import { webUiLink } from '../../../src/temporal/web-ui.js';
import { EXIT } from '../../../src/cli/exit-code.js';
import { exitCodeOf } from '../../../src/cli/error-exit.js';
import { Output } from '../../../src/cli/output.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { EngineError, type ErrorCode, type Verdict } from '../../../src/engine/error.js';
import { TemporalError } from '../../../src/temporal/temporal-error.js';

/** An output on two recorded streams. */
function record(environment: Record<string, string>, { json = false, terminal = true } = {}) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    ({ isTTY: terminal, columns: 90, write: (text: string) => (written[name] += text) }) as unknown as NodeJS.WriteStream;
  return { written, output: new Output({ stdout: stream('stdout'), stderr: stream('stderr'), environment, json }) };
}

describe('output', () => {
  it('keeps stdout for the one document', () => {
    const { written, output } = record({}, { json: true });
    output.say('news');
    output.report('for people', { a: 1 });
    expect(written).toEqual({ stdout: '{\n  "a": 1\n}\n', stderr: 'news\n' });
  });

  it('puts reports for people on stdout and documents nowhere', () => {
    const { written, output } = record({});
    output.report('for people', { a: 1 });
    output.document({ b: 1 });
    expect(written).toEqual({ stdout: 'for people\n', stderr: '' });
  });

  it.each([
    [{}, true, true],
    [{ NO_COLOR: '1' }, true, false],
    [{ TERM: 'dumb' }, true, false],
    [{}, false, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  ])('with %j on a terminal: %s has colour: %s', (environment, terminal, color) => {
    expect(record(environment, { terminal }).output.look.color).toBe(color);
  });

  it('redraws on terminals only, and never in CI', () => {
    expect(record({}).output.live).toBe(true);
    expect(record({ CI: 'true' }).output.live).toBe(false);
    expect(record({}, { terminal: false }).output.live).toBe(false);
  });
});

describe('the Web UI link', () => {
  const link = (environment: Record<string, string>, address: string) =>
    webUiLink({ environment }, { address, namespace: 'prod' }, 'deploy/orders');
  it('is derived for a development server and for the cloud, told elsewhere, and else left out', () => {
    expect(link({}, 'localhost:7233')).toBe('http://localhost:8233/namespaces/prod/workflows/deploy%2Forders');
    expect(link({}, 'prod.a1b2c.tmprl.cloud:7233')).toBe('https://cloud.temporal.io/namespaces/prod/workflows/deploy%2Forders');
    expect(webUiLink({ environment: {} }, { address: 'localhost:7233', namespace: 'prod' }, 'deploy/orders', 'a-run')).toBe(
      'http://localhost:8233/namespaces/prod/workflows/deploy%2Forders/a-run/user-metadata',
    );
    expect(link({}, 'temporal.internal:7233')).toBeUndefined();
    expect(link({ TEMPORAL_UI_URL: 'https://ui.internal/' }, 'temporal.internal:7233')).toBe(
      'https://ui.internal/namespaces/prod/workflows/deploy%2Forders',
    );
  });
});

describe('exit codes of errors', () => {
  const engine = (code: ErrorCode, verdict: Verdict) => new EngineError(code, verdict, 'm', { next: 'n' });
  it.each([
    [new Error('a defect'), EXIT.unexpected],
    [new ConfigError('t', [], 'n'), EXIT.usage],
    [new TemporalError('TEMPORAL_UNREACHABLE', 'm', 'n'), EXIT.failed],
    [engine('SQL_FAILED', 'blocked'), EXIT.failed],
    [engine('LOCK_BUSY', 'retry'), EXIT.busy],
    [engine('LEASE_BUSY', 'retry'), EXIT.busy],
    [engine('CANCELLED', 'cancelled'), EXIT.cancelled],
  ])('%s', (error, exit) => expect(exitCodeOf(error)).toBe(exit));
});
