// Written by test/unit/config/schema-file.test.ts from the schema and the pages in docs/.

import type { StageInput, AdoptInput, BeforeInput, Duration, FromEnvironment, FromCommand, OneOf } from './input-parts.js';

/** Many databases with the same files. */
export type FleetInput = SettingsInput & {
  /** `{ env: NAME }`: the variable with the connection string; see addresses. A literal is refused. Or, where it expires: */
  readonly database?:
    | OneOf<{
        /** The variable with the address of a member. `{column}` in its name or in its value stands for a value of the member, and can be nothing else than the part of the address that it stands for. With `members.schemas` it may be left out: then it is that database. */
        readonly env: string;
        /** Or a program that writes the address; `{column}` in its arguments, likewise in those of `password.command`. */
        readonly command: readonly string[];
      }>
    | undefined;
  /** Where Pawl's own tables are. */
  readonly ledger?:
    | {
        /** With `{column}`. Where `schema` is set, it is the first schema with `_pawl` behind it. */
        readonly schema?: string | undefined;
        /** As of a target, with `{column}`. */
        readonly owner?: string | undefined;
      }
    | undefined;
  /** The search path of each session: a schema, or a list, with `{column}`. With `members.schemas` it is `{name}`. */
  readonly schema?: string | readonly string[] | undefined;
  /** Where the members come from. */
  readonly members: MembersInput;
  /** In which order: a few members first, the rest when all is well. */
  readonly waves?: readonly WaveInput[] | undefined;
  /** Members at once. Default: `8`. */
  readonly parallel?: number | undefined;
  /** At most so many at once on one server, by its address, from one worker, whatever `parallel` says. */
  readonly perServer?: number | undefined;
  /** When no further members are begun. */
  readonly stopAfter?: StopAfterInput | undefined;
  /** A member that cannot be reached is tried for 30 s and counts as failed; `wait` tries it for `retryFor`; `skip` counts it as skipped. Default: `fail`. */
  readonly unreachable?: 'fail' | 'wait' | 'skip' | undefined;
};

/** Members that go together. */
export type WaveInput = {
  /** What the wave is called. Waves go one after the other; members that no wave takes are the last one, `rest`, which no other wave may be called. */
  readonly name: string;
  /** Values that columns of its members have: `{ region: eu }`, `{ plan: [free, trial] }`. A member goes with the first wave that takes it. */
  readonly match?: Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>> | undefined;
  /** At most so many. */
  readonly limit?: number | undefined;
  /** A column that its members are ordered by, before `limit` counts. */
  readonly orderBy?: string | undefined;
  /** Members at once. */
  readonly parallel?: number | undefined;
  /** The wave waits for `pawl fleet approve`. Default: `false`. */
  readonly approve?: boolean | undefined;
  /** How long to wait after it before the next wave. */
  readonly soak?: Duration | undefined;
  /** An address that has to answer 2xx after the wave, before the next one begins; else the rollout stops, and asks. */
  readonly healthy?: string | undefined;
  /** How long that may take. */
  readonly healthyWithin?: Duration | undefined;
  /** A folder of assertions that have to hold at each of its members after the wave; else the rollout stops, and asks. */
  readonly assert?: string | undefined;
  /** When the wave begins no further members. */
  readonly stopAfter?: StopAfterInput | undefined;
};

/** When no further members are begun. */
export type StopAfterInput = {
  /** No further members are begun once so many of the wave have failed ... */
  readonly failed?: number | undefined;
  /** ... or so many of a hundred. */
  readonly percent?: number | undefined;
};

/** Where the members of a fleet come from: exactly one of these. */
export type MembersInput = OneOf<{
  /** Names, or objects with a `name` and further columns. */
  readonly list: readonly (string | Readonly<Record<string, string | number | boolean>>)[];
  /** A `.csv` with a line of titles, `.json` or `.yaml`, or any other text with a name in each line. */
  readonly file: string;
  /** A program that writes such a JSON, or a name in each line. */
  readonly command: readonly string[];
  /** From the rows of a registry. */
  readonly query: {
    /** A registry: `{ env: NAME }` or `{ command: [...] }` ... */
    readonly database: OneOf<{
      /** Name of the environment variable. */
      readonly env: string;
      /** A program and its arguments, without a shell; what it writes is the value. */
      readonly command: readonly string[];
    }>;
    /** ... and the query that gives the members, in a transaction that only reads. One column is called `name`. */
    readonly sql: string;
  };
  /** From the schemas of one database. */
  readonly schemas: {
    /** Schemas of one database are the members ... */
    readonly database: OneOf<{
      /** Name of the environment variable. */
      readonly env: string;
      /** A program and its arguments, without a shell; what it writes is the value. */
      readonly command: readonly string[];
    }>;
    /** ... those with such a name, such as `tenant_%`. Schemas that hold ledgers are none. */
    readonly like: string;
  };
}>;

/** What is deployed to: one database, or one part of it. */
export type TargetInput = SettingsInput & {
  /** `{ env: NAME }`: the variable with the connection string; see addresses. A literal is refused. Or, where it expires: */
  readonly database: OneOf<{
    /** Name of the environment variable. */
    readonly env: string;
    /** A program and its arguments that write a connection string, asked anew before each connection. See managed servers. */
    readonly command: readonly string[];
  }>;
  /** Where Pawl's own tables are. */
  readonly ledger?:
    | {
        /** Schema of the ledger's tables. Two targets in one database need two. Default: `pawl`. */
        readonly schema?: string | undefined;
        /** A role that may own the ledger, beside the user of the address, the owner of the database and superusers. A ledger of anybody else is refused (`LEDGER_UNTRUSTED`). */
        readonly owner?: string | undefined;
      }
    | undefined;
};

/** What targets and fleets have in common. */
export type SettingsInput = {
  /** Where the password alone comes from. */
  readonly password?: FromCommand | undefined;
  /** Role that everything runs as, the ledger included: as `SET ROLE` after each login. The user must be a member; it need not inherit. */
  readonly role?: string | undefined;
  /** What the platform brings before the first migration, for throwaway databases. A deploy never runs it. */
  readonly before?: BeforeInput | undefined;
  /** Takes over from the tool that ran here before. */
  readonly adopt?: AdoptInput | undefined;
  /** How long one statement waits for a lock. Then the step is tried again, with backoff. Default: `3s`. */
  readonly lockTimeout?: Duration | undefined;
  /** How long one statement may run. A longer one is cancelled and blocks the deploy. Index builds with CONCURRENTLY are exempt. */
  readonly statementTimeout?: Duration | undefined;
  /** How long a passing failure (lock, connection, deadlock) is tried again before it blocks. The time that an attempt works does not count. Default: `30m`. */
  readonly retryFor?: Duration | undefined;
  /** A pending version below applied ones of its stage: `apply` and `warn` apply it and report it, `fail` refuses the deploy. A file may say `-- pawl:late-ok <why>`. Default: `apply`. */
  readonly late?: 'apply' | 'warn' | 'fail' | undefined;
  /** Versions that are applied and have no file any more, and are fine so: a list, or `{ before: 20240101000000 }`. */
  readonly retired?:
    | readonly string[]
    | {
        /** All versions before this one: by number, or where versions are names, in the order of the ledger. */
        readonly before: string;
        /** Single ones besides. */
        readonly versions?: readonly string[] | undefined;
      }
    | undefined;
  /** The service whose migrations these are; see owners. */
  readonly owner?: string | undefined;
  /** When a statement of ours is to give way. */
  readonly abortIfBlocking?:
    | {
        /** Cancel a statement of ours when it blocks at least so many sessions ... */
        readonly sessions: number;
        /** ... for so long. It is tried again. */
        readonly for: Duration;
      }
    | undefined;
  /** The pace of backfills. */
  readonly backfill?:
    | {
        /** How long a batch of a backfill is to take. Default: `250ms`. */
        readonly batch?: Duration | undefined;
        /** At most so many rows of the table in a batch. Default: `50000`. */
        readonly rows?: number | undefined;
        /** Rest after a batch, as a share of the time that it took. Default: `0.25`. */
        readonly pace?: number | undefined;
        /** Changed rows between two VACUUM; `never` for none. Default: `500000`. */
        readonly vacuumEvery?: number | 'never' | undefined;
        /** Only at this time of the day, such as `22:00-06:00 Europe/Berlin`. */
        readonly between?: string | undefined;
        /** What a backfill waits for to pass. */
        readonly stopWhile?:
          | {
              /** Wait while a standby replays so far behind. */
              readonly replicaLag?: Duration | undefined;
              /** Standbys that `replicaLag` is about, by `application_name`; one that is not connected counts as behind. */
              readonly replicas?: readonly string[] | undefined;
              /** Wait while a replication slot holds back so much WAL, such as `1GB`. */
              readonly slotBehind?: string | undefined;
              /** Wait while more files of WAL than this are to be archived. */
              readonly walArchive?: number | undefined;
              /** Wait while at least so many sessions are active. */
              readonly activeSessions?: number | undefined;
              /** Wait while a transaction is older than this. */
              readonly longestTransaction?: Duration | undefined;
              /** Wait while at least so many sessions wait for locks. */
              readonly lockWaiters?: number | undefined;
              /** Wait while autovacuum works on the table. */
              readonly autovacuum?: boolean | undefined;
              /** Wait while this query answers anything but true. It runs read only, for five seconds at most. */
              readonly query?: string | undefined;
            }
          | undefined;
      }
    | undefined;
  /** Show the texts of other sessions' queries beside blockers. They may hold data. Default: `false`. */
  readonly showQueries?: boolean | undefined;
  /** Who is told of what; see notifications. Each entry has exactly one of `slack`, `webhook` and `command`. */
  readonly notify?: readonly NotificationInput[] | undefined;
  /** The pipeline, in order; see below. */
  readonly stages: readonly StageInput[];
};

/** Who is told of what: exactly one of slack, webhook and command. */
export type NotificationInput = {
  /** Of what: `blocked`, `approval` (one is waited for), `failed`, `done`, `drift` (a scheduled look found something). */
  readonly on: readonly ('blocked' | 'approval' | 'failed' | 'done' | 'drift')[];
  /** Only where `blocked` or `approval` still lasts after this time. */
  readonly after?: Duration | undefined;
} & OneOf<{
  /** `{ env: NAME }`: the address of an incoming webhook of Slack, or of what takes the same, such as Mattermost. */
  readonly slack: FromEnvironment;
  /** POSTs to an address. */
  readonly webhook: {
    /** `{ env: NAME }`. POST of the news as JSON with an `Idempotency-Key`. */
    readonly url: FromEnvironment;
    /** Header names to `{ env: NAME }`. */
    readonly headers?: Readonly<Record<string, FromEnvironment>> | undefined;
    /** For one attempt. Default: `10s`. */
    readonly timeout?: Duration | undefined;
  };
  /** A program and its arguments, without a shell, run in the folder of the configuration for at most 30 s. The news is in its variables `PAWL_NOTIFY_ON`, `PAWL_NOTIFY_TEXT` and `PAWL_NOTIFY_JSON`. */
  readonly command: readonly string[];
}>;

/** What `defineConfig` takes. */
export type ConfigInput = {
  /** This schema, for editors. Pawl passes it over. */
  readonly $schema?: string | undefined;
  /** Where this is, such as `staging`: a text or `{ env: NAME }`; without it PAWL_ENVIRONMENT says so, and without both there is none. */
  readonly environment?: string | FromEnvironment | undefined;
  /** Services and patterns of what they own, such as `shop: [customers, order*]`. */
  readonly owners?: Readonly<Record<string, readonly string[]>> | undefined;
  /** What is deployed to, by name: each is one database, or one part of a database with a ledger of its own. */
  readonly targets?: Readonly<Record<string, TargetInput>> | undefined;
  /** Many databases with the same files, by the name of the fleet. */
  readonly fleets?: Readonly<Record<string, FleetInput>> | undefined;
};
