import type { DatabaseIdentity } from './deploy.js';

/** What a worker tells Temporal of itself, and Temporal everybody who looks at its queue. */
export interface WorkerIdentity {
  /** `4711@worker-1`. */
  readonly name: string;
  /** When it came, in milliseconds since 1970. */
  readonly since: number;
  /** What it serves, and the databases that it has reached: never their ledgers, which may be made while the worker lives. */
  readonly targets: ReadonlyMap<string, DatabaseIdentity | undefined>;
  /** Whether `targets` has all of them. */
  readonly complete: boolean;
}

/** Characters; Temporal takes 1,000 bytes. */
const LONGEST = 800;

/** @returns such as `4711@worker-1|mhq2k1|orders=shop on db.example#1x2y3z.mhq0aa`, the targets in alphabetical order, as many as fit */
export function formatIdentity({ name, since, targets }: Omit<WorkerIdentity, 'complete'>): string {
  let text = [plain(name), since.toString(36)].join('|');
  for (const [target, database] of [...targets].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const part = `|${target}${database ? `=${formatDatabase(database)}` : ''}`;
    if (text.length + part.length > LONGEST) return `${text}|${MORE}`;
    text += part;
  }
  return text;
}

/** In the place of targets that do not fit; no name of one. */
const MORE = '...';

function formatDatabase({ label, system, started }: DatabaseIdentity): string {
  return `${plain(label)}#${system === '' ? '' : BigInt(system).toString(36)}.${started.toString(36)}`;
}

/** @returns undefined for a worker that is not of Pawl's making */
export function parseIdentity(text: string): WorkerIdentity | undefined {
  const [name, since, ...parts] = text.split('|');
  if (!name || since === undefined || !/^[0-9a-z]+$/.test(since)) return undefined;
  const targets = new Map(parts.filter((part) => part !== MORE).map(parsePart));
  return { name, since: parseInt(since, 36), targets, complete: parts.at(-1) !== MORE };
}

function parsePart(part: string): [string, DatabaseIdentity | undefined] {
  const [target = '', told] = part.split('=');
  const [, name, host, system = '', started] = /^(.+) on ([^#]+)#([0-9a-z]*)[.]([0-9a-z]+)$/.exec(told ?? '') ?? [];
  if (name === undefined || started === undefined) return [target, undefined];
  return [target, { label: `${name} on ${host}`, name, system: fromBase36(system), started: parseInt(started, 36), ledger: '' }];
}

/** What is left of a database once it was told in an identity: compare others with it in this form. */
export function asTold(database: DatabaseIdentity): DatabaseIdentity {
  return { ...database, label: plain(database.label), name: plain(database.name), ledger: '' };
}

/** A text with nothing in it that an identity is divided by. */
const plain = (text: string): string => text.replaceAll(/[|#=]/g, '_');

function fromBase36(digits: string): string {
  if (digits === '') return '';
  return [...digits].reduce((sum, digit) => sum * 36n + BigInt(parseInt(digit, 36)), 0n).toString();
}
