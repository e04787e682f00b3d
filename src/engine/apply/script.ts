import type pg from 'pg';
import { isServerError } from '../postgres/sqlstate.js';
import { sendCopyData } from './send-copy-data.js';

/** What PostgreSQL is told, and passes on, where a migration asks for data that only psql would send. */
export const NO_COPY_DATA = 'COPY FROM STDIN has no data in a migration';

/** How far a script came. */
export interface ScriptOutcome {
  /** Command tags of the statements that succeeded, in order. */
  readonly tags: readonly string[];
  readonly error?: Error | undefined;
  /** With an error: whether the session ended with it, so that what became of the last statement is unknown. */
  readonly lost?: boolean;
  /** With an error: in which of the messages, from 0. */
  readonly message?: number;
}

/**
 * Sends several statements as one message and counts which of them ended: one round trip for a whole migration, and the statement
 * that failed is known even where PostgreSQL gives no position. `pg`'s own query discards that count on an error.
 * Rows are discarded. Never rejects.
 * @param data for each COPY FROM STDIN among them, in order
 */
export function runScript(client: pg.Client, text: string, data: Iterator<string> = [].values()): Promise<ScriptOutcome> {
  return outcomeOf(client, (connection) => connection.query(text), data);
}

/** The same of several messages, one after the other, up to the first that fails. */
export async function runMessages(client: pg.Client, texts: readonly string[], data: Iterator<string>): Promise<ScriptOutcome> {
  const tags: string[] = [];
  for (const [message, text] of texts.entries()) {
    const outcome = await runScript(client, text, data);
    for (const tag of outcome.tags) tags.push(tag);
    if (outcome.error) return { ...outcome, tags, message };
  }
  return { tags };
}

/**
 * Sends a script while another one runs, which must be the only thing that the client has to do: the server goes on with it by itself.
 * The script has to find out whether the one before it succeeded.
 */
export function sendBehind(client: pg.Client, text: string): Promise<ScriptOutcome> {
  client.connection.query(text);
  return outcomeOf(client, () => undefined, [].values());
}

function outcomeOf(
  client: pg.Client,
  send: (connection: { query(text: string): void }) => void,
  data: Iterator<string>,
): Promise<ScriptOutcome> {
  return new Promise((resolve) => {
    const tags: string[] = [];
    const script: Submittable = {
      submit(connection) {
        send(connection);
        return null;
      },
      handleRowDescription() {},
      handleDataRow() {},
      handlePortalSuspended() {},
      handleEmptyQuery() {},
      handleCopyData() {},
      handleCopyInResponse(connection) {
        const next = data.next();
        if (next.done) connection.sendCopyFail(NO_COPY_DATA);
        else void sendCopyData(client, next.value);
      },
      handleCommandComplete(message) {
        tags.push(message.text);
      },
      handleError(error) {
        if (!isServerError(error)) resolve({ tags, error, lost: true });
        else void sessionEnds(client).then((lost) => resolve({ tags, error, lost }));
      },
      handleReadyForQuery() {
        resolve({ tags });
      },
    };
    client.query(script as unknown as pg.Submittable);
  });
}

/** After an error the server is either ready for the next message, or it closes the connection; no word of its own is as plain. */
function sessionEnds({ connection }: pg.Client): Promise<boolean> {
  return new Promise((resolve) => {
    const ready = (): void => settle(false);
    const gone = (): void => settle(true);
    const settle = (lost: boolean): void => {
      connection.off('readyForQuery', ready);
      connection.off('end', gone);
      connection.off('error', gone);
      resolve(lost);
    };
    connection.on('readyForQuery', ready);
    connection.on('end', gone);
    connection.on('error', gone);
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
