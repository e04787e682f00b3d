import { versionOf, type Migration } from '../files/migration.js';
import type { AdoptSettings } from '../target.js';

/** The versions that a person has declared as never applied, whatever a tracker says; `all` means every file. */
export function pendingVersions({ pending = [] }: AdoptSettings, migrations: readonly Migration[]): string[] {
  return pending === 'all' ? migrations.map(({ version }) => version) : pending.map(versionOf);
}
