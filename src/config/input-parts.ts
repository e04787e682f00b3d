// Written by test/unit/config/schema-file.test.ts from the schema and the pages in docs/.

/** A length of time, such as `500ms`, `3s`, `1.5h` or `1d`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** The value of an environment variable, read where it is used. */
export interface FromEnvironment {
  readonly env: string;
}

/** What a program writes: its name and its arguments. */
export interface FromCommand {
  readonly command: readonly string[];
}

/** Exactly one of the keys. */
export type OneOf<T> = { [K in keyof T]: Pick<T, K> & { readonly [Other in Exclude<keyof T, K>]?: never } }[keyof T];

/** A step of the pipeline: exactly one of these. */
export type StageInput = OneOf<{
  /** A directory of SQL files, or the object below. Every pending file is applied, each in a transaction with its row in the ledger. */
  readonly migrate: SourceInput;
  /** Runs a program. */
  readonly exec: {
    /** What people call this step. */
    readonly name: string;
    /** Program and arguments, without a shell. Its output goes to the worker's log. Another exit code than 0 blocks. It may run more than once, so it must bear that. A file named among the arguments is part of the release. */
    readonly command: readonly string[];
    /** Where it runs. */
    readonly directory?: string | undefined;
    /** Variables for it, besides those of the worker: texts, or `{ env: NAME }`. */
    readonly environment?: Readonly<Record<string, string | FromEnvironment>> | undefined;
    /** Then it is ended with its children, and the deploy blocks. Default: `1h`. */
    readonly timeout?: Duration | undefined;
  };
  /** A directory of `ALTER TABLE ... ADD CONSTRAINT <name>`, `SET NOT NULL` and `CREATE UNIQUE INDEX` files, put on online. What is there already with the same definition is left alone; with another one it is refused. At the end each is proved: it exists, as written, validated. */
  readonly constraints: SourceInput;
  /** A directory of backfills, each with `-- pawl:backfill`, that run where the stage stands, such as behind a `signal`. */
  readonly backfill: SourceInput;
  /** A directory of SQL files that only read. Each statement has to answer at least one row, and every value has to be `true`. */
  readonly assert: string;
  /** Waits for a person. */
  readonly approve: {
    /** Waits until a person says `pawl approve`; see approvals. */
    readonly name: string;
    /** So many different people have to. */
    readonly of?: number | undefined;
    /** Only these people, by the names that they give with `--by`. */
    readonly by?: readonly string[] | undefined;
    /** `starter`: not whoever started the deploy. */
    readonly notBy?: 'starter' | undefined;
    /** So long it waits; then the deploy fails (`APPROVAL_EXPIRED`), and a new one asks anew. */
    readonly within?: Duration | undefined;
    /** A file of SSH keys, as `ssh-keygen` knows it: each approval has to be signed by one of them. It is part of the release. */
    readonly allowedSigners?: string | undefined;
  };
  /** A list of dependents, told one after the other. */
  readonly signal: readonly DependentInput[];
}>;

/** Somebody to tell: exactly one of these. */
export type DependentInput = OneOf<{
  /** POSTs to an address. */
  readonly webhook: {
    /** `{ env: NAME }`. POST of `{ event, target, release, digest, deployId }` as JSON with an `Idempotency-Key`. Anything but 2xx is tried again. */
    readonly url: FromEnvironment;
    /** Header names to `{ env: NAME }`. */
    readonly headers?: Readonly<Record<string, FromEnvironment>> | undefined;
    /** For one attempt. Default: `10s`. */
    readonly timeout?: Duration | undefined;
  };
  /** A channel of the target's database. The payload is the same object with the key. */
  readonly pgNotify: string;
  /** Signals a running workflow. */
  readonly temporalSignal: {
    /** A running workflow in the same namespace. */
    readonly workflowId: string;
    /** The signal's name; the argument is the same object. */
    readonly signal: string;
  };
  /** Waits until a service is healthy. */
  readonly healthy: {
    /** Waits until a GET answers 2xx. */
    readonly url: string;
    /** Then the deploy blocks; the schema is in place. Default: `5m`. */
    readonly within?: Duration | undefined;
    /** Time between two looks. Default: `2s`. */
    readonly every?: Duration | undefined;
  };
}>;

/** A directory of migrations. */
export type SourceInput =
  | string
  | {
      /** The directory; or a list, whose files run in one order by version, as Flyway's locations do. */
      readonly directory: string | readonly string[];
      /** The tool that the files are written for, where they do not show it: `plain` (`<version>_<label>.sql`, also with `.up.sql` and `.down.sql`) or one of these. */
      readonly format?:
        | 'atlas'
        | 'dbmate'
        | 'diesel'
        | 'drizzle'
        | 'ef-core'
        | 'flyway'
        | 'golang-migrate'
        | 'goose'
        | 'graphile-migrate'
        | 'hasura'
        | 'liquibase'
        | 'micrate'
        | 'mybatis'
        | 'node-pg-migrate'
        | 'plain'
        | 'play'
        | 'postgres-migrations'
        | 'prisma'
        | 'rails'
        | 'refinery'
        | 'sqitch'
        | 'sql-migrate'
        | 'sqlx'
        | 'supabase'
        | 'tern'
        | undefined;
      /** `name` where the old tool knows files by their names: two with one number are then two migrations, in the order of their names. */
      readonly identity?: 'version' | 'name' | undefined;
      /** As `late`, for this directory. */
      readonly late?: 'apply' | 'warn' | 'fail' | undefined;
      /** Values for `${NAME}` and `:NAME` in the files: texts, or `{ env: NAME }`. */
      readonly placeholders?: Readonly<Record<string, string | FromEnvironment>> | undefined;
      /** Whether pairs of `BEGIN` and `COMMIT` in the files, and a `COMMIT` at the end, are taken out, since each file is one transaction with its row. Files of Prisma and Sqitch have them by custom; elsewhere they are refused. */
      readonly unwrap?: boolean | undefined;
    };

/** The tool that ran here before. */
export type AdoptInput = {
  /** The tool that ran here before, `auto`, or `table` for any table. See coming-from.md. */
  readonly from:
    | 'alembic'
    | 'atlas'
    | 'auto'
    | 'dbmate'
    | 'diesel'
    | 'directus'
    | 'django'
    | 'drizzle'
    | 'ecto'
    | 'ef-core'
    | 'flyway'
    | 'golang-migrate'
    | 'goose'
    | 'graphile-migrate'
    | 'hasura'
    | 'hasura-state'
    | 'knex'
    | 'liquibase'
    | 'micrate'
    | 'mybatis'
    | 'node-pg-migrate'
    | 'pgroll'
    | 'play'
    | 'postgres-migrations'
    | 'prisma'
    | 'rails'
    | 'refinery'
    | 'reshape'
    | 'sequelize'
    | 'sqitch'
    | 'sql-migrate'
    | 'sqlx'
    | 'supabase'
    | 'table'
    | 'tern'
    | 'typeorm';
  /** Schema of its tracker. */
  readonly schema?: string | undefined;
  /** Name of its tracker. */
  readonly table?: string | undefined;
  /** For `from: table`: its columns. */
  readonly columns?:
    | {
        /** For `from: 'table'`: the column with the version, or with the file's name. */
        readonly version: string;
        /** The column with the file's name. */
        readonly name?: string | undefined;
        /** A column that is null or false where a row does not count. */
        readonly applied?: string | undefined;
      }
    | undefined;
  /** `true` keeps writing the adopted tracker, in the transactions of the ledger's own rows, so that there is a way back. See coming-from.md. */
  readonly mirror?: boolean | undefined;
  /** Suspects that are applied in truth. */
  readonly assume?: readonly string[] | undefined;
  /** Versions that the tracker claims and that were in truth never applied; `all` where none of the files is in the database. */
  readonly pending?: readonly string[] | 'all' | undefined;
};

/** What the platform brings. */
export type BeforeInput = {
  /** `supabase`: what a new Supabase project has before the first migration (`auth`, `storage`, their tables and functions, roles, extensions), for the throwaway databases of `check`, `squash` and `diff`. A deploy never runs it, and neither does a check of a copy. */
  readonly platform?: 'supabase' | undefined;
  /** Roles that are there before the first migration. They are made for the throwaway databases and dropped with them. */
  readonly roles?: readonly string[] | undefined;
  /** Schemas, likewise. */
  readonly schemas?: readonly string[] | undefined;
  /** Extensions, likewise: names, or `{ name, schema }`. */
  readonly extensions?:
    | readonly (
        | string
        | {
            /** The extension, where its schema is named too. */
            readonly name: string;
            /** The schema that it is made in. */
            readonly schema: string;
          }
      )[]
    | undefined;
  /** Files of SQL, likewise, run in this order after the rest. */
  readonly sql?: readonly string[] | undefined;
};
