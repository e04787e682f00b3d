import type { Owner } from '../target.js';

/** What a session of ours calls itself in pg_stat_activity, so that a later attempt (and an operator) recognises it. */
export interface Application {
  readonly deploy: string;
  readonly attempt: number;
}

/** `pawl:<deploy>:<attempt>:<version>`, within the 63 bytes of application_name. */
export function applicationName(owner: Owner, version = ''): string {
  return `pawl:${shortDeploy(owner.deployId)}:${owner.attempt.toString(36)}:${version}`.slice(0, 63);
}

/** The parts of a name that {@link applicationName} made; undefined for anybody else's. */
export function parseApplicationName(name: string): Application | undefined {
  const [, deploy, attempt] = /^pawl:([^:]+):([0-9a-z]+):/.exec(name) ?? [];
  return deploy === undefined || attempt === undefined ? undefined : { deploy, attempt: parseInt(attempt, 36) };
}

/** Twelve characters of a deploy's id are enough to tell deploys of one database apart. */
export function shortDeploy(deployId: string): string {
  return deployId.replaceAll(/[^0-9A-Za-z]/g, '').slice(-12);
}
