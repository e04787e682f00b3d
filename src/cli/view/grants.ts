import { grantOf, type Part, type Right, type RightsPlace } from '../../engine/ledger/rights.js';
import { identifier } from '../../engine/postgres/quote.js';
import { paint, type Look } from './look.js';

/** The rights of one role in its part. */
export interface PartRights {
  readonly part: Part;
  readonly role: string;
  readonly rights: readonly Right[];
}

/** What a role that was checked lacks. */
export interface CheckedRights extends PartRights {
  /** Undefined where there is no such role. */
  readonly missing: readonly Right[] | undefined;
}

/** What each part is for, and what no GRANT of these gives. */
const ABOUT: Readonly<Record<Part, readonly string[]>> = {
  deployer: [
    'deployer: deploy, worker, and the verbs that decide or amend.',
    'What the files touch that other roles own comes on top.',
  ],
  reader: [
    'reader: plan, verify, log, status, doctor.',
    'verify also needs what the assertions read; before the first deploy, SELECT on the legacy tracker.',
  ],
  dependent: ['dependent: await, pawl/await.'],
  approver: [
    'approver: no right in the database.',
    'What it decides goes to Temporal: it needs to send updates to workflows of the namespace. To look, make it a reader too.',
  ],
};

/** The script that gives the roles their rights; running it twice changes nothing. Before the first deploy some have to wait for it. */
export function grantsScript(target: string, parts: readonly PartRights[], place: Pick<RightsPlace, 'ledger' | 'state'>): string {
  return [
    `-- Rights for ${target}. Run it in the database as its owner, or as a superuser; the roles must exist.`,
    ...parts.flatMap(({ part, role, rights }) => [
      '',
      ...ABOUT[part].map((line) => `-- ${line}`),
      ...(part === 'deployer' ? forDeployer(role, rights, place) : forOthers(role, rights, place)),
    ]),
  ].join('\n');
}

/** With the schema made for it, a deployer needs no CREATE on the database. */
function forDeployer(role: string, rights: readonly Right[], { ledger, state }: Pick<RightsPlace, 'ledger' | 'state'>): string[] {
  if (state !== 'none') return statementsOf(role, rights);
  const given = rights.filter(({ on, privilege }) => !(on === 'database' && privilege === 'CREATE'));
  return [`CREATE SCHEMA IF NOT EXISTS ${identifier(ledger)} AUTHORIZATION ${identifier(role)};`, ...statementsOf(role, given)];
}

/** Nothing can be granted on tables that the first deploy has yet to make. */
function forOthers(role: string, rights: readonly Right[], { state }: Pick<RightsPlace, 'state'>): string[] {
  const later = state === 'tables' ? [] : rights.filter(({ on }) => on !== 'database');
  if (later.length === 0) return statementsOf(role, rights);
  return [
    ...statementsOf(
      role,
      rights.filter(({ on }) => on === 'database'),
    ),
    '-- The first deploy makes the ledger. Run these after it, or pawl grants again:',
    ...statementsOf(role, later).map((statement) => `-- ${statement}`),
  ];
}

/** Privileges on the same object in one statement. */
function statementsOf(role: string, rights: readonly Right[]): string[] {
  const joined = new Map<string, Right>();
  for (const right of rights) {
    const key = `${right.on} ${right.object}`;
    const before = joined.get(key);
    joined.set(key, before ? { ...right, privilege: `${before.privilege}, ${right.privilege}` } : right);
  }
  return [...joined.values()].map((right) => `${grantOf(right, role)};`);
}

/** What the roles that were checked lack, each with the statement that gives it. */
export function grantsCheck(target: string, checked: readonly CheckedRights[], look: Look): string {
  return checked
    .flatMap(({ part, role, missing }) => {
      if (missing === undefined)
        return [paint(look, 'red', `✗ ${target}: there is no role ${role}`), `  CREATE ROLE ${identifier(role)} LOGIN;`];
      if (missing.length === 0) return [paint(look, 'green', `✓ ${target}: ${role} has the rights of a ${part}`)];
      return [
        paint(look, 'red', `✗ ${target}: ${role} lacks ${missing.length} of the rights of a ${part}`),
        ...missing.map((right) => `  ${grantOf(right, role)};`),
      ];
    })
    .join('\n');
}
