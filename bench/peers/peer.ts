/** A tool that people would use instead, as its own documentation says to use it. */
export interface Peer {
  readonly name: string;
  /** Whether each file has a transaction of its own, as ours have, or all share one. */
  readonly commits: 'each file' | 'all at once';
  /** Installs it. @throws when that cannot be done here @returns how it is run */
  readonly install: () => Promise<Runner>;
}

export interface Runner {
  /** What prints it. */
  readonly version: readonly string[];
  /** Files of a project, by path, for migrations given as SQL in order. */
  readonly layout: (migrations: readonly string[]) => Record<string, string>;
  /** What brings a database up to date, in the project's folder. */
  readonly up: (url: string) => { readonly command: readonly string[]; readonly env?: NodeJS.ProcessEnv };
}

/** `000123` */
export function padded(index: number, width = 6): string {
  return String(index + 1).padStart(width, '0');
}

export function byPath(
  migrations: readonly string[],
  entry: (sql: string, index: number) => readonly [path: string, text: string],
): Record<string, string> {
  return Object.fromEntries(migrations.map(entry));
}
