import type { Peer } from '../../bench/peers/peer.js';

/** Another migration tool as it really is, with a project of the same migrations as any other has. */
export interface RealTool {
  /** As `adopt.from` names it. */
  readonly name: string;
  /** @throws when it cannot be had here */
  readonly install: () => Promise<Installed>;
  /** No package registry has it: where it is not on the PATH its tests are left out, and say so. */
  readonly builtByHand?: boolean;
  /** What becomes of a migration that goes wrong in it: a state that it marks itself, when it fails or when it dies; or nothing. */
  readonly afterFailure: 'dirty' | 'dirty when killed' | 'clean';
}

export interface Installed {
  readonly version: readonly string[];
  /** Files of a project, by path, for migrations given as SQL in order; more migrations only add files, or lines at their ends. */
  readonly layout: (migrations: readonly string[]) => Record<string, string>;
  readonly up: (url: string) => Command;
  /** The same files with the migration at the index written so that a failure of its leaves a mark. */
  readonly breakable?: ((files: Record<string, string>, index: number) => Record<string, string>) | undefined;
  /** Completes the project's files. */
  readonly finish?: Command | undefined;
  /** What Pawl reads where the tool's own files are not SQL. */
  readonly sql?: ((migrations: readonly string[]) => Record<string, string>) | undefined;
  readonly directory: string;
  readonly format?: string | undefined;
}

export interface Command {
  readonly command: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A peer of the benchmark, which knows how it is installed and run. */
export function ofPeer(
  peer: Peer,
  name: string,
  afterFailure: RealTool['afterFailure'],
  more: Partial<Installed> = {},
): RealTool {
  return {
    name,
    afterFailure,
    install: async () => ({ directory: more.sql ? 'sql' : 'migrations', ...(await peer.install()), ...more }),
  };
}
