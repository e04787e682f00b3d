import type { Context } from '@temporalio/activity';
import { boundedWork } from '../contract/bounded.js';
import type { Work } from '../contract/deploy.js';
import { doingOf } from '../contract/doing.js';
import { work } from '../contract/messages.js';
import type { Progress } from '../engine/control.js';

/** Milliseconds between two news: each is an event in the history, so that they become rarer, and end. */
const SHORTEST = 3_000;
const LONGEST = 300_000;
const MOST = 200;
/** Of a backfill so many at once, and another one each so many milliseconds: it may go on for days. */
const AT_ONCE = 2;
const EACH = 150_000;

/** Of attempts that fail in a row. */
export type Failing = Pick<Work, 'failingSince' | 'givesUpAt'>;

/**
 * Tells the workflow who blocks whom when that changes, and that attempts fail, so that its page says so. Heartbeats do not reach a
 * workflow. News that cannot be sent are lost: the work goes on without them.
 */
export class WorkNews {
  #sight = '';
  #toldAt = 0;
  #interval = SHORTEST;
  #hold: string | undefined;
  #allowed = AT_ONCE;
  #allowedAt = Date.now();
  readonly #started = Date.now();

  readonly #context: Context;
  readonly #failing: Failing | undefined;

  /**
   * @param told how many were sent by earlier attempts
   * @param failing of the attempts before this one, where they failed
   */
  constructor(
    context: Context,
    public told: number,
    failing: Failing | undefined,
  ) {
    this.#context = context;
    this.#failing = failing;
  }

  look(progress: Progress): void {
    const { waitsFor = [], blocks = [] } = progress;
    const sight = [waitsFor, blocks].map((sessions) => sessions.map(({ pid }) => pid).join()).join(';');
    const free = sight === ';';
    if (free && this.#recovered()) return this.#send({ ...progress, waitsFor, blocks });
    const before = this.#sight || ';';
    if (sight === before && free && progress.backfill) return this.#lookAtBackfill(progress, progress.backfill.heldBy);
    if (sight === before || Date.now() - this.#toldAt < this.#interval) return;
    if (this.#toldAt > 0) this.#interval = Math.min(this.#interval * 1.5, LONGEST);
    this.#sight = sight;
    this.#send({ ...progress, waitsFor, blocks, ...(!free && this.#failing) });
  }

  /** How far it is now and then; what holds it up at once, for which one is kept back. */
  #lookAtBackfill(progress: Progress, hold: string | undefined): void {
    const earned = Math.floor((Date.now() - this.#allowedAt) / EACH);
    this.#allowed = Math.min(this.#allowed + earned, AT_ONCE);
    this.#allowedAt += earned * EACH;
    if (this.#allowed < (hold === this.#hold ? AT_ONCE : 1)) return;
    this.#allowed -= 1;
    this.#hold = hold;
    this.#send(progress);
  }

  /** This attempt has failed, and another one follows. Where it has told who blocked it, that is all there is to say. */
  failed({ doing, name }: Pick<Partial<Progress>, 'doing' | 'name'>, why: Failing & Pick<Work, 'failure'>): void {
    if (this.#toldAt > 0) return;
    this.#send({ doing: doing ?? doingOf(this.#context.info.activityType), name, ...why }, 1);
  }

  /** Whether what earlier attempts told of their failures is over: this one works where they failed at once, or were blocked. */
  #recovered(): boolean {
    return this.#failing !== undefined && this.#toldAt === 0 && Date.now() - this.#started >= SHORTEST;
  }

  #send(progress: Omit<Work, 'attempt'>, later = 0): void {
    if (this.told >= MOST) return;
    this.#toldAt = Date.now();
    this.told += 1;
    const { client, info, log } = this.#context;
    const { workflowId = '', runId } = info.workflowExecution ?? {};
    const news = boundedWork({ ...progress, attempt: info.attempt + later });
    if (!news) return;
    client.workflow
      .getHandle(workflowId, runId)
      .signal(work, news)
      .catch((error: unknown) => {
        log.debug('the workflow was not told how its work goes', { error });
      });
  }
}
