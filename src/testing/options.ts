import type { RunningTest } from './after-test.js';

/** Which release is put into a test database. */
export interface ReleaseOptions {
  /** Name in the configuration; may be left out where it has one target. */
  readonly target?: string | undefined;
  /** The file of the configuration; by default `pawl.config.*` in `cwd` or a folder above. */
  readonly config?: string | undefined;
  /** By default the working directory of the process. */
  readonly cwd?: string | undefined;
  /** Whether `exec` stages run; by default they are left out. */
  readonly exec?: boolean | undefined;
}

export interface TestDatabaseOptions extends ReleaseOptions {
  /** A server whose user may CREATE DATABASE, as postgres://user:password@host:port/postgres. */
  readonly url?: string | undefined;
  readonly test?: RunningTest | undefined;
}

/** A database of its own for a test. */
export interface TestDatabase {
  /** What the test connects with. */
  readonly url: string;
  readonly name: string;
  /** Drops it, with the connections that are open to it. */
  drop(): Promise<void>;
  /** Keeps it for a week, or until a new template makes the same roles, and says on stderr where it is. */
  keep(): Promise<void>;
}
