import type { Control } from '../control.js';
import { describeAddress } from '../address.js';
import type { DatabaseIdentity } from '../database-identity.js';
import { messageOfAll } from '../message-of-all.js';
import { EngineError } from '../error.js';
import { adopt } from '../legacy/adopt.js';
import { readApplied } from '../ledger/applied.js';
import { readContents, type Contents } from '../ledger/contents.js';
import { eventInsert } from '../ledger/events.js';
import { assertOwn, findHeader, isCurrent } from '../ledger/header.js';
import { identityOf } from '../ledger/identify.js';
import { forgetSettled } from '../ledger/intents.js';
import type { Lease } from '../ledger/lease-row.js';
import { createLedger } from '../ledger/schema.js';
import { refuseUntrusted } from '../ledger/trust.js';
import { isFree, leaseUpdate, takeLease, type Claim } from '../lease/lease.js';
import { assertExpected } from '../lease/same-database.js';
import { acquireLock } from '../lease/lock.js';
import { withSession } from '../lease/with-lock.js';
import { planOn, type Plan } from '../plan/plan.js';
import type { MigrationStage } from '../files/stage.js';
import type { Session } from '../postgres/connect.js';
import { resolveUrl } from '../postgres/open.js';
import { identifier, literal } from '../postgres/quote.js';
import { takeOver } from '../squash/take-over.js';
import type { EngineTarget } from '../target.js';

export interface Begin {
  readonly claim: Claim;
  readonly attempt: number;
  readonly label: string;
  readonly by: string;
  /** With which version the deploy ends; undefined for the newest. */
  readonly to?: string | undefined;
  /** Called once the lease is taken: where the rest of the beginning fails, it has to be given back. */
  readonly onLease?: () => void;
  /** What the client of the deploy has seen, where it has the address. */
  readonly expects?: DatabaseIdentity | undefined;
  /** The lease need not be on disk before the first migration is: the same session goes on, and its first commit that is awaited takes both there. */
  readonly unflushed?: boolean | undefined;
}

export interface Begun {
  /** The database that it began on. */
  readonly database: DatabaseIdentity;
  readonly epoch: number;
  readonly adopted: number;
  readonly plan: Plan;
  /** What the ledger holds, but for the lease; undefined where the beginning has changed that, and where it was refused. */
  readonly contents?: Contents | undefined;
}

/**
 * Starts a deploy: takes the lock, plans, and only when no finding prevents it creates the ledger, takes the lease and adopts the legacy
 * tracker. With an `error` among the plan's findings nothing at all has been written; the caller refuses the deploy.
 * @throws EngineError `CONNECT_*`, `LOCK_BUSY`, `LEASE_BUSY`, `LEDGER_*`, `WRONG_DATABASE`
 */
export async function beginDeploy(
  target: EngineTarget,
  begin: Begin,
  stages: readonly MigrationStage[],
  control: Control,
): Promise<Begun> {
  const { claim, attempt } = begin;
  return withSession(target, { deployId: claim.deployId, epoch: 0, attempt }, async (session, there) =>
    beginOn(session, target, begin, stages, control, await readContents(session.client, target.ledger, there)),
  );
}

/**
 * As {@link beginDeploy}, on a session that the caller goes on with: it holds the lock of the target afterwards.
 * @param before what the ledger held before the lock was taken
 */
export async function beginOn(
  session: Session,
  target: EngineTarget,
  begin: Begin,
  stages: readonly MigrationStage[],
  control: Control,
  before: Contents,
): Promise<Begun> {
  const { claim, attempt } = begin;
  const { client } = session;
  const predecessor = leaseLeftBehind(before.lease, claim);
  await acquireLock(session, target, { deployId: claim.deployId, epoch: 0, attempt }, control, predecessor);
  const there = before.header !== undefined || (await refuseUntrusted(client, target));
  const here = await readContents(client, target.ledger, there);
  const label = describeAddress({ ...(await resolveUrl(target.url)), database: session.database });
  const found = identityOf(session, label, here.header);
  assertExpected(begin.expects, found);
  assertOwn(here.header, target);
  const plan = await planOn(client, target, stages, here);
  if (plan.findings.some((finding) => finding.severity === 'error')) return { epoch: 0, adopted: 0, plan, database: found };
  const current = here.header !== undefined && isCurrent(here.header, target);
  if (!current) await createLedger(client, target);
  const database = current ? found : identityOf(session, label, await findHeader(client, target.ledger));
  const epoch = await start(session, target, begin, database.label, here.lease);
  begin.onLease?.();
  const owner = { deployId: claim.deployId, epoch, attempt };
  const recorded = plan.applied.filter((row) => row.position > 0);
  const adoption = await adopt(session, target, owner, stages, recorded);
  const adopted = adoption.rows.length;
  const applied = adopted > 0 ? await readApplied(client, target.ledger) : here.applied;
  const changed = (await takeOver(session, target, owner, stages, applied)) || adopted > 0;
  const repeatable = stages.flatMap(({ migrations }) => migrations).filter((migration) => migration.repeatable);
  if (here.journal.size > 0)
    await forgetSettled(
      client,
      target.ledger,
      repeatable.map(({ version }) => version),
    );
  return {
    database,
    epoch,
    adopted,
    plan: adopted > 0 ? await planOn(client, target, stages, await readContents(client, target.ledger, true)) : plan,
    contents: changed ? undefined : here,
  };
}

/** The deploy whose lease an earlier run of the same workflow left behind: its sessions may be ended. */
function leaseLeftBehind(lease: Lease | undefined, claim: Claim): string | undefined {
  return lease?.owner === claim.owner && lease.deployId !== claim.deployId ? (lease.deployId ?? undefined) : undefined;
}

/** Takes the lease and records the start, in one transaction; where nobody has the lease, in one statement. @returns the epoch */
async function start(
  session: Session,
  target: EngineTarget,
  begin: Begin,
  database: string,
  lease: Lease | undefined,
): Promise<number> {
  const { client } = session;
  if (lease && isFree(lease)) {
    const taken = `with taken as (${leaseUpdate(session, target, begin.claim, lease)}), ${startOf(target, begin, database, 'from taken')}
      select epoch from taken`;
    const message = [...(begin.unflushed ? ['set local synchronous_commit = off'] : []), taken].join('; ');
    const answers = [await client.query<{ epoch: string }>(message)].flat();
    const row = answers.at(-1)?.rows[0];
    if (row) return Number(row.epoch);
  }
  await client.query('begin');
  const epoch = await takeLease(session, target, begin.claim);
  await client.query(`with ${startOf(target, begin, database)} select`);
  await client.query('commit');
  return epoch;
}

/** The rows about the start, which an earlier attempt may have written, as parts of WITH. @param from what has to have rows for that */
function startOf({ ledger, environment }: EngineTarget, { claim, label, by, to }: Begin, database: string, from = ''): string {
  const { deployId, release, owner } = claim;
  const values = [deployId, release, label, by].map((value) => `${literal(value)}::pg_catalog.text`);
  const detail = { release, label, owner, database, environment, to };
  const event = { kind: 'deploy.started', deployId, by, detail } as const;
  return `begun as (insert into ${identifier(ledger)}.deploys (deploy_id, release, label, started_by)
      select ${values.join(', ')} ${from} on conflict do nothing returning 1),
    told as (${eventInsert(ledger, [event], 'begun')})`;
}

/** The findings that refuse a deploy, as one error; undefined when there are none. */
export function refusalOf(plan: Plan): EngineError | undefined {
  const errors = plan.findings.filter((finding) => finding.severity === 'error');
  const first = errors[0];
  if (!first) return undefined;
  const code = first.code as EngineError['code'];
  return new EngineError(code, 'refused', messageOfAll(errors), {
    next: first.next,
    place: first.place,
    excerpt: first.excerpt,
  });
}
