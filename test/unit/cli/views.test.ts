import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config/config-error.js';
import { EngineError } from '../../../src/engine/error.js';
import type { DeployState, DeployStatus } from '../../../src/contract/deploy.js';
import { choices } from '../../../src/cli/view/choices.js';
import { durationText } from '../../../src/cli/view/duration.js';
import { errorView } from '../../../src/cli/view/error.js';
import { faultView } from '../../../src/cli/view/fault.js';
import { width } from '../../../src/cli/view/look.js';
import { statusView } from '../../../src/cli/view/status.js';
import { timelineLine } from '../../../src/cli/view/timeline.js';

const blocked: DeployStatus = {
  target: 'orders',
  release: { digest: '3f2a9c81d4e5b607', label: '8c1f2e7' },
  state: 'blocked',
  startedBy: 'ana@example.com',
  holdRequested: false,
  stages: [
    {
      kind: 'migrate',
      name: 'migrations/schema',
      state: 'blocked',
      total: 5,
      applied: 2,
      migrations: [
        { version: '101', name: '0101_create_orders.sql', state: 'applied', milliseconds: 34 },
        {
          version: '103',
          name: '0103_arrived_late_from_a_long_lived_branch.sql',
          state: 'applied',
          milliseconds: 1260,
          late: true,
        },
        { version: '107', name: '0107_add_total.sql', state: 'blocked' },
        { version: '108', name: '0108_index_total.sql', state: 'pending' },
      ],
    },
    { kind: 'constraints', name: 'migrations/constraints', state: 'waiting', total: 0, applied: 0, migrations: [] },
    { kind: 'approve', name: 'before traffic', state: 'waiting', total: 0, applied: 0, migrations: [] },
    { kind: 'signal', name: 'signal', state: 'waiting', total: 0, applied: 0, migrations: [] },
  ],
  findings: [
    {
      severity: 'warning',
      code: 'LATE_MIGRATION',
      message: 'migrations/schema/0103_arrived_late.sql is late',
      next: 'It is applied by this deploy.',
    },
  ],
  fault: {
    code: 'SQL_FAILED',
    message: 'migrations/schema/0107_add_total.sql:3:24: column "totl" does not exist',
    next: 'Correct the file and deploy again. Migrations before it stay, this one has left nothing.',
    version: '107',
    file: 'migrations/schema/0107_add_total.sql',
    line: 3,
    column: 24,
    sqlstate: '42703',
  },
  timeline: [
    { at: '2026-11-21T05:00:00.000Z', text: 'plan: 5 pending' },
    { at: '2026-11-21T05:00:01.000Z', text: 'applied 0101_create_orders.sql in 34 ms' },
  ],
};
const running: DeployStatus = {
  ...blocked,
  state: 'running',
  fault: undefined,
  findings: [],
  stages: blocked.stages.map((stage) => (stage.state === 'blocked' ? { ...stage, state: 'running' } : stage)),
};
const excerpt = '3 | alter table orders add check (totl > 0);\n  |                                ^';
const link = 'http://localhost:8233/namespaces/default/workflows/deploy%2Forders';

describe.each([60, 80, 160])('at %i columns', (columns) => {
  const look = { columns, color: false };

  it('shows a running deploy', () => {
    expect(statusView(running, look)).toMatchSnapshot();
  });
  it('shows what a running deploy does, whom it waits for, and how fast it goes on', () => {
    const session = { pid: 812, application: 'nightly-report', user: 'report', state: 'idle in transaction', seconds: 431 };
    const build = { phase: 'building index: scanning table', percent: 62 };
    const work = {
      doing: 'applying',
      name: '0107_add_total.sql',
      statement: 2,
      seconds: 75,
      attempt: 3,
      waitsFor: [session],
      build,
    };
    expect(statusView({ ...running, work }, look, { rate: 12.4 })).toMatchSnapshot();
  });
  it('shows what an attempt does that is not about one file', () => {
    const work = { doing: 'waiting for the index build of an earlier attempt', seconds: 9, attempt: 2 };
    expect(statusView({ ...running, work }, look)).toMatch(/earlier\s+attempt,\s+attempt\s+2,/);
  });
  it('shows a blocked deploy with its cause, its source and what can be done', () => {
    expect(statusView(blocked, look, { excerpt, link })).toMatchSnapshot();
    expect(faultView(blocked, look, { excerpt, link })).toMatchSnapshot();
  });
  it('shows one line of the timeline', () => {
    expect(
      timelineLine(
        {
          at: '2026-11-21T05:00:01.000Z',
          text: 'applied 0103_arrived_late_from_a_long_lived_branch.sql (late) in 1.3 s after 2 attempts',
        },
        look,
      ),
    ).toMatchSnapshot();
  });
  it('shows errors with their cure', () => {
    const next = 'Give the direct address of PostgreSQL (or a pool in session mode) in the connection string. Nothing was run.';
    const pooler = new EngineError(
      'CONNECT_POOLER',
      'refused',
      'the connection goes through a pooler in transaction mode, which loses locks and settings',
      { next },
    );
    const config = new ConfigError(
      'pawl.config.yaml is not valid; nothing was touched',
      [{ path: 'targets.orders.lockTimeout', message: 'expected a duration such as 500ms, 3s, 10m or 1d, found "3 sec"' }],
      'Correct pawl.config.yaml and run the command again.',
    );
    expect(errorView(pooler, look)).toMatchSnapshot();
    expect(errorView(config, look)).toMatchSnapshot();
  });

  it('keeps every line within the width, links and commands apart', () => {
    const lines = [statusView(running, look), statusView({ ...blocked, state: 'held', fault: undefined }, look)]
      .join('\n')
      .split('\n');
    expect(lines.filter((line) => width(line) > columns)).toEqual([]);
  });
});

it('a hold that was asked for is no news of a deploy that has ended', () => {
  const wide = { columns: 100, color: false };
  const held = { ...running, holdRequested: true };
  expect(statusView(held, wide)).toContain('It will hold before the next migration.');
  expect(statusView({ ...held, state: 'cancelled' }, wide)).not.toContain('It will hold');
});

describe('choices', () => {
  it('are there in each state that waits, and name the target', () => {
    const commands = (state: DeployState) => choices({ ...blocked, state }).map(({ command }) => command);
    expect(commands('blocked')).toEqual([
      'pawl deploy orders',
      'pawl retry orders',
      'pawl skip orders 107 --reason "..."',
      'pawl cancel orders --reason "..."',
    ]);
    expect(commands('held')).toEqual(['pawl resume orders', 'pawl cancel orders --reason "..."']);
    expect(commands('waiting for approval')).toEqual(['pawl approve orders', 'pawl cancel orders --reason "..."']);
    expect(commands('running')).toEqual([]);
  });

  it('offer no skip where no migration is at fault', () => {
    const { fault } = blocked;
    expect(
      choices({ ...blocked, fault: { ...fault!, version: undefined } })
        .map(({ command }) => command)
        .join(),
    ).not.toContain('skip');
  });
});

it('colours only where colour is wanted', () => {
  expect(statusView(blocked, { columns: 80, color: false })).not.toContain('\u001b');
  expect(statusView(blocked, { columns: 80, color: true })).toContain('\u001b[31m');
});

it.each([
  [34, '34 ms'],
  [1260, '1.3 s'],
  [185_000, '3m 05s'],
  [7_800_000, '2h 10m'],
  [273_600_000, '3d 4h'],
])('%i ms is %s', (milliseconds, text) => expect(durationText(milliseconds)).toBe(text));
