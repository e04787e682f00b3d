/** Table-level lock modes of PostgreSQL, weakest first, as pg_locks names them. */
export const LOCK_MODES = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;

export type LockMode = (typeof LOCK_MODES)[number];

/** Who has to wait for a lock: `schema` stands for other DDL, VACUUM and ANALYZE. */
export type Blocked = 'reads' | 'writes' | 'schema';

const BLOCKS: Record<LockMode, readonly Blocked[]> = {
  AccessShareLock: [],
  RowShareLock: [],
  RowExclusiveLock: [],
  ShareUpdateExclusiveLock: ['schema'],
  ShareLock: ['writes', 'schema'],
  ShareRowExclusiveLock: ['writes', 'schema'],
  ExclusiveLock: ['writes', 'schema'],
  AccessExclusiveLock: ['reads', 'writes', 'schema'],
};

/** What ordinary work has to wait while a lock is held. Source: the conflict table of PostgreSQL's manual, "Explicit Locking". */
export function blocks(mode: LockMode): readonly Blocked[] {
  return BLOCKS[mode];
}

export function strongest(modes: readonly LockMode[]): LockMode {
  return LOCK_MODES.findLast((mode) => modes.includes(mode)) ?? 'AccessShareLock';
}

export function isStronger(mode: LockMode, than: LockMode | undefined): boolean {
  return than === undefined || LOCK_MODES.indexOf(mode) > LOCK_MODES.indexOf(than);
}
