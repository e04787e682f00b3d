/** What `import ... from 'pawl/client'` gives. */
export * from './client/index.js';

import type { AddedMember } from './contract/fleet.js';

export type { AddedMember };

/** A member to be added, and who adds it. */
export interface AddMemberOptions {
  /** Name in the configuration; may be left out where it has one fleet. */
  readonly fleet?: string | undefined;
  /** Name of the member: letters, digits and `_ . -`. */
  readonly name: string;
  /** Values of columns that its source does not have yet; one that it has is taken as it is there. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** What people call this release: a git commit, a tag. */
  readonly label: string;
  /** Who adds it; goes into the audit. */
  readonly by: string;
  /** The file of the configuration; by default `pawl.config.*` in `cwd` or a folder above. */
  readonly config?: string | undefined;
  /** By default the working directory of the process. */
  readonly cwd?: string | undefined;
  /** Cancels it: the statement that runs is rolled back. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the database or the schema of a new member of a fleet and brings it up, as `pawl fleet add` does, from this process and without
 * Temporal. Safe to repeat. The source of the members is the application's own: write the member there too.
 * @throws ConfigError; EngineError `MEMBER_NOT_MADE`, or as for any deploy
 * @example
 * await addMember({ fleet: 'tenants', name: 'acme', label: process.env.GIT_SHA ?? 'local', by: 'sign-up' });
 */
export async function addMember(options: AddMemberOptions): Promise<AddedMember> {
  const { name, values = {}, label, by, cwd = process.cwd(), signal = new AbortController().signal } = options;
  const [{ loadFleet }, { addMember }] = await Promise.all([import('./config/load-fleet.js'), import('./fleet/add-member.js')]);
  const { fleet } = await loadFleet({ cwd, file: options.config, name: options.fleet }, process.env);
  const rollout = { id: crypto.randomUUID(), label, by, environment: process.env };
  return addMember(fleet, { ...values, name }, rollout, { signal, report: () => undefined });
}
