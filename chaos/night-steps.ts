import type { Person } from './on-call.js';
import type { Said } from './said.js';
import type { Servers } from './servers.js';

export interface Step {
  readonly title: string;
  readonly story: string;
  readonly happens: (night: Night) => Promise<unknown>;
  readonly said: Said;
  /** Milliseconds for which it lasts after everything was said. */
  readonly lasts?: number;
}

export interface Night {
  readonly servers: Servers;
  readonly person: Person;
  /** Opens a transaction that holds a lock on `orders`, as a report does that somebody forgot. */
  readonly forgetTransaction: () => Promise<void>;
  readonly startWorker: () => Promise<void>;
  readonly killWorker: () => Promise<void>;
  /** Writes the corrected file. */
  readonly correct: () => void;
}

const CLOCK = String.raw`\d\d:\d\d:\d\d UTC`;
const MINUTE = 60_000;

const LOCKED: Step = {
  title: 'A forgotten transaction holds a lock',
  story: 'A report left its transaction open; the deploy needs the table.',
  async happens({ forgetTransaction, person }) {
    await forgetTransaction();
    await person.pawl('deploy', 'orders', '--detach', '--by', 'ann', '--release', '4f1c2aa');
  },
  said: {
    status: [
      /orders is running/,
      /applying 002_add_note\.sql.*attempt \d+/,
      /waits for session \d+ \(nightly-report, user \w+, idle in transaction, \d+ s\)/,
      /select pg_terminate_backend\(\d+\)/,
      RegExp(`failing since ${CLOCK}`),
      RegExp(`tried until ${CLOCK}, then it waits for a decision`),
    ],
    document: { 'deploy.status.state': /^running$/, 'deploy.status.work.waitsFor.0.application': /nightly-report/ },
    page: [/orders: running/, /nightly-report/, /pg_terminate_backend/],
    never: [/defect/],
  },
};

const WORKER_KILLED: Step = {
  title: 'The worker is killed',
  story: 'The only worker of the release dies (`kill -9`), while the lock is still held.',
  happens: ({ killWorker }) => killWorker(),
  said: {
    status: [
      RegExp(`deploy of orders is under way since ${CLOCK}`),
      /no worker that holds this release/,
      RegExp(`running since ${CLOCK}`),
      /pawl worker starts one/,
    ],
    document: { 'deploy.run.state': /^RUNNING$/, 'deploy.silence': /^no worker$/, 'deploy.run.told.state': /^running$/ },
    page: [/no page/],
    alerts: [/PawlWorkerGone pending/],
  },
};

const POSTGRES_GONE: Step = {
  title: 'PostgreSQL is stopped for a minute',
  story: 'A worker is back; then PostgreSQL is stopped.',
  async happens({ startWorker, servers }) {
    await startWorker();
    await servers.postgres.stop('immediate');
  },
  said: {
    status: [
      /orders is running/,
      /applying 002_add_note\.sql, attempt \d+/,
      /the attempt before failed: .*cannot connect to PostgreSQL.*ECONNREFUSED/,
      RegExp(`failing since ${CLOCK}`),
      RegExp(`tried until ${CLOCK}, then it waits for a decision`),
    ],
    document: {
      'deploy.status.work.failure': /ECONNREFUSED/,
      'deploy.status.work.failingSince': /Z$/,
      'deploy.status.work.givesUpAt': /Z$/,
      'database.error.code': /./,
    },
    page: [/orders: running/, /ECONNREFUSED/, RegExp(`since ${CLOCK}`), RegExp(`until ${CLOCK}`)],
    alerts: [/PawlDatabaseUnreachable pending/],
  },
  lasts: MINUTE,
};

const POSTGRES_BACK: Step = {
  title: 'PostgreSQL is back',
  story: 'It is started again. The restart has ended the forgotten transaction, so the deploy continues.',
  happens: ({ servers }) => servers.postgres.start(),
  said: {
    status: [/orders is running/, /applying 003_fill_note\.sql/],
    document: { 'deploy.status.state': /^running$/, 'deploy.status.work.name': /003/ },
    page: [/orders: running/],
    never: [/ECONNREFUSED/],
  },
};

const TEMPORAL_GONE: Step = {
  title: 'Temporal is stopped for a minute',
  story: 'A migration that takes a while runs; Temporal is stopped.',
  happens: ({ servers }) => servers.stopTemporal('SIGTERM'),
  said: {
    status: [
      /Temporal does not answer at .*ECONNREFUSED/,
      /continues when Temporal is back/,
      /orders is leased to temporal\/default\/deploy\/orders since/,
      /lock is held by session \d+/,
      /2 pending/,
    ],
    document: {
      'deploy.error.code': /TEMPORAL_UNREACHABLE/,
      'database.pending.0.version': /./,
      'database.lease.owner': /orders/,
    },
    page: [/no page/],
  },
  lasts: MINUTE,
};

/** @param full whether there is a disk to fill up; otherwise the file divides by zero */
function blocked(full: boolean): Step {
  const why = full ? /disk of the database server is full/ : /division by zero/;
  return {
    title: full ? 'The disk is full' : 'A migration fails for good',
    story: full
      ? 'Temporal is back. What was committed meanwhile counts; the next migration fills the disk of its tablespace.'
      : 'Temporal is back. What was committed meanwhile counts; the next migration fails.',
    happens: ({ servers }) => servers.startTemporal(),
    said: {
      status: [/orders is blocked/, RegExp(`since ${CLOCK}`), why, /pawl retry orders/, /pawl cancel orders/],
      document: { 'deploy.status.state': /^blocked$/, 'deploy.status.since': /Z$/, 'deploy.status.fault.next': /./ },
      page: [/orders: blocked/, why, /retry/, RegExp(CLOCK)],
      alerts: [/PawlDeployBlocked firing/],
    },
  };
}

const ROLLED: Step = {
  title: 'A rolling update while it is blocked',
  story: 'The workers are replaced by those of a newer release, in which the file is corrected.',
  async happens({ killWorker, correct, startWorker }) {
    await killWorker();
    correct();
    await startWorker();
  },
  said: {
    status: [
      /no worker that holds this release/,
      RegExp(`blocked at 4 since ${CLOCK}`),
      /pawl deploy orders takes over with the release that is here/,
    ],
    document: { 'deploy.silence': /^no worker$/, 'deploy.run.told.state': /^blocked$/ },
    page: [/no page/],
    alerts: [/PawlDeployBlocked firing/, /PawlDeployUnanswered pending/],
  },
};

const TERMINATED: Step = {
  title: 'Somebody terminates it in the Web UI',
  story: 'The button *Terminate*.',
  happens: ({ person }) => person.terminate('tired of it'),
  said: {
    status: [/terminated/, RegExp(`at ${CLOCK}|since ${CLOCK}`), /pawl deploy orders/],
    document: { 'deploy.run.state': /^TERMINATED$/, 'deploy.run.open': /false/ },
    page: [/./],
    never: [/pawl retry/],
  },
};

const DONE: Step = {
  title: 'The corrected release is deployed',
  story: '`pawl deploy orders`.',
  happens: ({ person }) => person.pawl('deploy', 'orders', '--by', 'bob', '--release', '9d03e51'),
  said: {
    status: [/orders is done/, /4 applied, nothing pending/],
    document: { 'deploy.status.state': /^done$/ },
    page: [/orders: done/],
    never: [/pawl retry/],
  },
};

export function nightSteps(full: boolean): readonly Step[] {
  return [LOCKED, WORKER_KILLED, POSTGRES_GONE, POSTGRES_BACK, TEMPORAL_GONE, blocked(full), ROLLED, TERMINATED, DONE];
}
