/** A standby as pg_stat_replication has it; positions in bytes of WAL. */
export interface Standby {
  readonly name: string;
  /** The role may not see how far it is. */
  readonly hidden: boolean;
  readonly behind: number | null;
  readonly replayed: number | null;
  /** What PostgreSQL measured last; a standby that stands still is not measured. */
  readonly seconds: number | null;
}

/** Finds standbys that replay too late, by when the WAL was written that they have not replayed yet. */
export class LaggingStandbys {
  /** Positions that the WAL had, and when (milliseconds since 1970). */
  readonly #written: { readonly lsn: number; readonly at: number }[] = [];

  /** @param limit milliseconds @returns the first one that lags, in words */
  lagging(
    standbys: readonly Standby[],
    lsn: number,
    { limit, names }: { readonly limit: number; readonly names: readonly string[] | undefined },
  ): string | undefined {
    this.#written.push({ lsn, at: Date.now() });
    const missing = names?.find((name) => !standbys.some((standby) => standby.name === name));
    if (missing !== undefined) return `standby ${missing} is not connected`;
    const watched = standbys.filter(({ name }) => !names || names.includes(name));
    const hidden = watched.find((standby) => standby.hidden);
    if (hidden) return `how far standby ${hidden.name} is cannot be seen: grant pg_monitor to the role of the deploy`;
    const replayed = Math.min(lsn, ...watched.map((standby) => standby.replayed ?? 0));
    while (this.#written[0] && this.#written[0].lsn <= replayed) this.#written.shift();
    for (const standby of watched) {
      const seconds = this.#lagOf(standby);
      if (seconds * 1000 > limit) return `standby ${standby.name} is ${seconds.toFixed(1)} s behind (limit ${limit / 1000} s)`;
    }
    return undefined;
  }

  #lagOf({ behind, replayed, seconds }: Standby): number {
    if (behind === 0) return 0;
    const oldest = this.#written.find(({ lsn }) => lsn > (replayed ?? 0));
    const waited = oldest ? (Date.now() - oldest.at) / 1000 : 0;
    return Math.max(waited, seconds ?? 0);
  }
}
