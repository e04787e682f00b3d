import type pg from 'pg';

/** How far a script came. */
export interface ScriptOutcome {
  /** Command tags of the statements that ended well, in order. */
  readonly tags: readonly string[];
  readonly error?: Error | undefined;
}

/**
 * Sends several statements as one message and counts which of them ended: one round trip for a whole migration, and the statement
 * that failed is known even where PostgreSQL gives no position. `pg`'s own query discards that count on an error.
 * Rows are discarded. Never rejects.
 */
export function runScript(client: pg.Client, text: string): Promise<ScriptOutcome> {
  return new Promise((resolve) => {
    const tags: string[] = [];
    const script: Submittable = {
      submit(connection) {
        connection.query(text);
        return null;
      },
      handleRowDescription() {},
      handleDataRow() {},
      handlePortalSuspended() {},
      handleEmptyQuery() {},
      handleCopyData() {},
      handleCopyInResponse(connection) {
        connection.sendCopyFail('COPY FROM STDIN has no data in a migration');
      },
      handleCommandComplete(message) {
        tags.push(message.text);
      },
      handleError(error) {
        resolve({ tags, error });
      },
      handleReadyForQuery() {
        resolve({ tags });
      },
    };
    client.query(script as unknown as pg.Submittable);
  });
}

/** What `pg` calls on a query object of its user's (as pg-cursor and pg-copy-streams are); see pg/lib/client.js. */
interface Submittable {
  submit(connection: { query(text: string): void }): null;
  handleRowDescription(): void;
  handleDataRow(): void;
  handlePortalSuspended(): void;
  handleEmptyQuery(): void;
  handleCopyData(): void;
  handleCopyInResponse(connection: { sendCopyFail(message: string): void }): void;
  handleCommandComplete(message: { text: string }): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
}
