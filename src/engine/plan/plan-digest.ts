import { createHash } from 'node:crypto';
import type { Plan } from './plan.js';

/** What is pending, stage by stage and with its checksums, in 64 hex digits: whoever approves a deploy signs what it was about to do. */
export function planDigest({ stages }: Pick<Plan, 'stages'>): string {
  const listed = stages.map(({ stage, pending }) => [
    stage.name,
    pending.map(({ migration }) => [migration.version, migration.name, migration.checksum]),
  ]);
  return createHash('sha256').update(JSON.stringify(listed)).digest('hex');
}
