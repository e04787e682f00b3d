import type { Migration } from '../../engine/files/migration.js';
import type { RelationFacts } from '../facts/facts.js';
import type { Fix, RelationLock, Severity } from '../report.js';
import type { CommittedLoss, StatementTrace, Work } from '../trace/statement-trace.js';

/** One thing that hurts when it is deployed, how to see it and how to write it instead. */
export interface Rule {
  /** Stable; `-- pawl:allow <id> <reason>` names it. */
  readonly id: string;
  readonly title: string;
  /** Why it hurts. */
  readonly why: string;
  /** The safe way, as a sentence. */
  readonly safe: string;
  /** On a table that is known to be small the finding is only a notice. */
  readonly growsWithTable?: boolean;
  check(context: RuleContext): Problem[];
}

/** Everything a rule may look at; it does no I/O of its own. */
export interface RuleContext {
  readonly stage: string;
  readonly migration: Migration;
  readonly statements: readonly StatementTrace[];
  readonly locks: readonly RelationLock[];
  /** server_version_num. */
  readonly serverVersion: number;
  /** Whether the session's TimeZone is UTC: timestamp and timestamptz then hold the same bytes. */
  readonly utc: boolean;
  /** Relations that these migrations name, by oid, as they are at the end of the deploy. */
  readonly after: ReadonlyMap<string, RelationFacts>;
  /** All migrations of the deploy with their stages. */
  readonly deploy: readonly { readonly stage: string; readonly migration: Migration }[];
  /** Relations that another tool makes and alters: pattern of the qualified name (`public.directus_*`) to that tool's name. */
  readonly owners: Readonly<Record<string, string>>;
  /** Schema of the ledger. */
  readonly ledger: string;
  /** What applications lost, by commit. */
  readonly losses: readonly CommittedLoss[];
  /** What the rules before this one found. */
  readonly found: readonly Problem[];
}

export interface Problem {
  readonly statement: StatementTrace;
  /** Qualified name, for relations of before the deploy. */
  readonly relation?: string | undefined;
  readonly severity: Severity;
  /** What happens; after the sentence about who waits, where there is one. */
  readonly message: string;
  /** Who has to wait and until when, as `wait` goes on: `while every row is checked`. Whether and who is for the measurement to say. */
  readonly waits?:
    | { readonly how: string; readonly others?: readonly string[] | undefined; readonly who: 'Readers and writers' | 'Writers' }
    | undefined;
  /** The safe way as SQL for this very case. */
  readonly rewrite?: string | undefined;
  readonly fixes?: readonly Fix[] | undefined;
  /** The work that is claimed to happen under a lock that stops others; a measurement has to agree. */
  readonly work?: Work | undefined;
  /** The statement fails on a table that has rows: what it would do to them under its lock, nobody waits for. */
  readonly fails?: boolean | undefined;
}

/** A check that looks at each statement by itself. */
export function eachStatement(
  find: (statement: StatementTrace, context: RuleContext) => Problem | undefined | readonly (Problem | undefined)[],
): Rule['check'] {
  return (context) =>
    context.statements.flatMap((statement) => {
      const found = find(statement, context);
      return (Array.isArray(found) ? (found as readonly (Problem | undefined)[]) : [found as Problem | undefined]).filter(
        (problem) => problem !== undefined,
      );
    });
}
