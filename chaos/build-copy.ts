import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCli } from '../scripts/bundle.js';

export const BREAKS = ['fencing', 'second-transaction', 'journal', 'cancel', 'pooler', 'cursor'] as const;
export type Break = (typeof BREAKS)[number];

/** Edits of compiled files: path, what stands there, what stands there instead. */
const EDITS: Record<Break, readonly (readonly [string, string | RegExp, string])[]> = {
  // Nobody is kept out by the lock, nobody's epoch is looked at: what a lease on a second connection comes down to.
  fencing: [
    ['engine/lease/lock.js', /return rows\[0\]\.locked;/, 'return true;'],
    ['engine/lease/lease.js', /(export async function assertOwner\([^)]*\) \{)/, '$1 return;'],
    ['engine/ledger/tables/fence.js', /select \* into held from/, 'return null; select * into held from'],
    ['engine/apply/online/create-index.js', /if \(builder !== null\)/, 'if (false)'],
  ],
  // The migration commits, then its row.
  'second-transaction': [
    ['engine/apply/transaction.js', /\.\.\.part\.rows, 'commit'\]/, "'commit']"],
    [
      'engine/apply/transaction.js',
      /if \(!error\)\s+return;/,
      "if (!error) { await session.client.query(['begin', ...part.rows, 'commit'].join('; ')); return; }",
    ],
  ],
  // What is journaled is sent again: the journal of every version is taken for empty.
  journal: [['engine/acts/apply.js', /await readJournal\([^)]*\)/, 'new Map()']],
  // What a person cancelled is tried again, as a passing failure.
  cancel: [['engine/postgres/sqlstate.js', '/^55P03$/', '/^(55P03|57014)$/']],
  // The rows of a batch commit, then the ledger's word of it.
  cursor: [
    ['engine/apply/backfill/batch.js', "crashPoint('in-batch');", "await client.query('commit; begin'); crashPoint('in-batch');"],
  ],
  // A pool in transaction mode is taken for a session of our own.
  pooler: [['engine/postgres/pooler.js', /return 'transaction pooler';/g, "return 'session pooler';"]],
};

export interface BuildCopy {
  /** The program. */
  readonly main: string;
  readonly remove: () => void;
}

/**
 * A copy of the build, so that one that is made meanwhile does not change what is running. With `kind` the copy is broken, to prove that
 * chaos can find what is wrong.
 */
export async function copyBuild(root: string, kind?: Break): Promise<BuildCopy> {
  // Below node_modules, so that the copy finds its packages.
  const copy = join(root, `node_modules/.cache/pawl-chaos-${process.pid}`);
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  for (const [path, what, instead] of kind ? EDITS[kind] : []) {
    const file = join(copy, 'dist', path);
    const text = readFileSync(file, 'utf8');
    const broken = text.replace(what, instead);
    if (broken === text) throw new Error(`${path} does not hold ${String(what)} any more: correct chaos/build-copy.ts`);
    writeFileSync(file, broken);
  }
  if (kind) await bundleCli(join(copy, 'dist'));
  return { main: join(copy, 'dist/bin/pawl.js'), remove: () => rmSync(copy, { recursive: true, force: true }) };
}
