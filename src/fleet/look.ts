import { createHash } from 'node:crypto';
import { readDatabase } from '../catalog/diff.js';
import { recordCatalog } from '../catalog/record.js';
import type { HeldTarget } from '../config/held-target.js';
import type { HeldFleet } from '../config/hold-fleet.js';
import { schemaOf } from '../config/member-target.js';
import { ConfigError } from '../config/config-error.js';
import { migrationStages } from '../config/held-target.js';
import { planRollout, type RolloutChoice } from '../config/rollout.js';
import { EngineError } from '../engine/error.js';
import { planTarget } from '../engine/plan/plan.js';

/** One member as its ledger tells. */
export interface MemberSight {
  readonly member: string;
  readonly wave: string;
  /** `refused`: a deploy would be, for what `fault` says. */
  readonly state: 'current' | 'behind' | 'refused' | 'unreachable';
  /** Versions, in the order in which they would be applied. */
  readonly pending: readonly string[];
  readonly applied: number;
  /** Versions that somebody has skipped there. */
  readonly skipped: readonly string[];
  /** The same for members with the same applied set. */
  readonly set?: string | undefined;
  /** The same for members with the same schema, where it was looked at. */
  readonly schema?: string | undefined;
  readonly fault?: { readonly code: string; readonly message: string } | undefined;
}

/**
 * Reads the ledgers of the members, so many at once. A member that cannot be read is one sight among the others.
 * @param options.drift whether their schemas are looked at too; of a member that is a schema, that one
 */
export async function lookAtMembers(
  fleet: HeldFleet,
  choice: RolloutChoice,
  { drift = false }: { readonly drift?: boolean } = {},
): Promise<readonly MemberSight[]> {
  const members = await fleet.members();
  const known = new Map(members.map((member) => [member.name, member]));
  const wanted = planRollout(fleet, members, choice).flatMap(({ settings, members: names }) =>
    names.map((member) => ({ member, wave: settings.name })),
  );
  const sights = new Array<MemberSight>(wanted.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < wanted.length; at = next++) {
      const { member, wave } = wanted[at]!;
      sights[at] = {
        member,
        wave,
        ...(await look(
          () => fleet.held(known.get(member)!),
          drift ? (held) => fingerprintOf(held, schemaOf(fleet.fleet, known.get(member)!)) : undefined,
        )),
      };
    }
  };
  await Promise.all(Array.from({ length: Math.min(fleet.fleet.parallel, wanted.length) }, lane));
  return sights;
}

async function look(
  hold: () => HeldTarget,
  fingerprint: ((held: HeldTarget) => Promise<string>) | undefined,
): Promise<Omit<MemberSight, 'member' | 'wave'>> {
  try {
    const held = hold();
    const { stages, applied, findings } = await planTarget(held.target, migrationStages(held));
    const pending = stages.flatMap((stage) => stage.pending.map(({ migration }) => migration.version));
    const error = findings.find(({ severity }) => severity === 'error');
    const rows = applied
      .map(({ version, checksum, source }) => `${version} ${source === 'skipped' ? source : (checksum ?? '')}`)
      .sort();
    const set = createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 8);
    const state = error ? 'refused' : pending.length > 0 ? 'behind' : 'current';
    const schema = await fingerprint?.(held);
    return {
      state,
      pending,
      applied: applied.length,
      skipped: applied.flatMap(({ version, source }) => (source === 'skipped' ? [version] : [])),
      set,
      schema,
      ...(error && { fault: { code: error.code, message: error.message } }),
    };
  } catch (error) {
    const { message } = error as Error;
    const code = error instanceof EngineError ? error.code : error instanceof ConfigError ? 'CONFIG' : 'UNEXPECTED';
    const state = code.startsWith('CONNECT') ? 'unreachable' : 'refused';
    return { state, pending: [], applied: 0, skipped: [], fault: { code, message } };
  }
}

/**
 * What differs between the schemas of two members, but the ledger and the order of things, makes another fingerprint.
 * @param schema where the member is this schema, whose name is no difference
 */
async function fingerprintOf({ target }: HeldTarget, schema: string | undefined): Promise<string> {
  const catalog = await readDatabase(target.url, { ledgerSchema: target.ledger, onlySchema: schema });
  const text = recordCatalog(catalog);
  return createHash('sha256')
    .update(schema === undefined ? text : withoutName(text, schema))
    .digest('hex')
    .slice(0, 8);
}

/** The name of a schema where it qualifies another name, or is that of the schema itself: a column may have the same one. */
function withoutName(text: string, schema: string): string {
  const name = `(?:${[schema, JSON.stringify(`"${schema.replaceAll('"', '""')}"`).slice(1, -1)].map(escaped).join('|')})`;
  const place = `(?<![\\w$])${name}(?=\\.)|(?<=\\bschema )${name}(?=")|(?<="schema","identity":")${name}(?=")`;
  return text.replaceAll(new RegExp(place, 'gu'), '<schema>');
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
