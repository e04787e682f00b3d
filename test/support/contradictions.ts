import type { CheckedMigration } from '../../src/check/report.js';

/** Findings whose words about who waits are not what the strongest lock of the transaction does then. */
export function contradictions({ findings, locks, statements }: CheckedMigration): string[] {
  return findings.flatMap(({ rule, message, relation, statement }) => {
    const [, who] = /^(Readers and writers|Writers) of .* wait /.exec(message) ?? [];
    if (!who || statements[statement]!.outcome !== 'ran') return [];
    const { commit } = statements[statement]!;
    const held = locks.filter(
      (lock) => lock.relation === relation && lock.statement <= statement && statements[lock.statement]!.commit === commit,
    );
    const blocked = new Set(held.flatMap(({ blocks }) => blocks));
    const truth = blocked.has('reads') ? 'Readers and writers' : blocked.has('writes') ? 'Writers' : 'nobody';
    return who === truth ? [] : [`${rule}: ${message} (measured: ${truth})`];
  });
}
