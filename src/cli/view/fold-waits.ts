import { isDecision, isEvent } from '../../engine/ledger/events.js';
import type { LogEntry } from '../../engine/ledger/log.js';

interface Session {
  readonly pid: number;
}

/**
 * Each attempt that waits for a lock in vain leaves a wait and a failure in the audit: dozens of lines about one session. They become one,
 * where the last of them stood: how long it took from the first to the last, in how many attempts, and for whom.
 * @param entries oldest first
 */
export function foldWaits(entries: readonly LogEntry[]): LogEntry[] {
  const folded: LogEntry[] = [];
  const open = new Map<string, LogEntry[]>();
  const close = (belongs: (entry: LogEntry) => boolean): void => {
    for (const [key, run] of open) {
      if (!belongs(run[0]!)) continue;
      folded.push(joined(run));
      open.delete(key);
    }
  };
  for (const entry of entries) {
    if (isWait(entry)) {
      const key = `${entry.deployId} ${entry.version}`;
      open.set(key, [...(open.get(key) ?? []), entry]);
      continue;
    }
    const { deployId, version } = entry;
    close((waiting) => waiting.deployId === deployId && (isDecision(entry) || version === null || waiting.version === version));
    folded.push(entry);
  }
  close(() => true);
  return folded;
}

/** A failure that another attempt followed, or the wait before it. */
function isWait(entry: LogEntry): boolean {
  if (isEvent(entry, 'migration.waited')) return true;
  return isEvent(entry, 'migration.failed') && entry.detail.code === 'LOCK_TIMEOUT' && entry.detail.verdict === 'retry';
}

function joined(run: readonly LogEntry[]): LogEntry {
  const [first, last] = [run[0]!, run.at(-1)!];
  const failed = run.filter(({ kind }) => kind === 'migration.failed').length;
  const attempts = failed + (last.kind === 'migration.failed' ? 0 : 1);
  const before = first.detail['milliseconds'];
  const milliseconds = last.at.getTime() - first.at.getTime() + (typeof before === 'number' ? before : 0);
  const sessions = run.flatMap(({ detail }) => (detail['blockers'] ?? []) as Session[]);
  const blockers = [...new Map(sessions.map((session) => [session.pid, session])).values()];
  const name = run.map(({ detail }) => detail['name']).find((known) => known !== undefined);
  return { ...last, kind: 'migration.waited', detail: { name, milliseconds, attempts, blockers } };
}
