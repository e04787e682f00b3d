import type pg from 'pg';
import { identifier } from '../postgres/quote.js';
import type { LegacyTracker } from './tool.js';

/** A tracker that was taken over, as the audit has it. */
export interface AdoptedTracker extends LegacyTracker {
  readonly at: Date;
}

/** The tracker that was taken over here; undefined before that. The ledger has to exist. */
export async function adoptedTracker(client: pg.Client, ledger: string): Promise<AdoptedTracker | undefined> {
  const { rows } = await client.query<AdoptedTracker>(
    `select detail->>'tool' as tool, detail->>'schema' as schema, detail->>'table' as table, at
     from ${identifier(ledger)}.events where kind = 'adopted' order by id desc limit 1`,
  );
  return rows[0];
}
