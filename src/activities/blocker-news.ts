import type { Context } from '@temporalio/activity';
import { boundedWork } from '../contract/bounded.js';
import { work } from '../contract/messages.js';
import type { Progress } from '../engine/control.js';

/** Milliseconds between two news: each is an event in the history, so that they become rarer, and end. */
const SHORTEST = 3_000;
const LONGEST = 300_000;
const MOST = 200;

/**
 * Tells the workflow who blocks whom when that changes, so that the details page names the sessions. Heartbeats do not reach a workflow.
 * News that cannot be sent are lost: the work goes on without them.
 */
export class BlockerNews {
  #sight = '';
  #toldAt = 0;
  #interval = SHORTEST;

  readonly #context: Context;

  /** @param told how many were sent by earlier attempts */
  constructor(
    context: Context,
    public told: number,
  ) {
    this.#context = context;
  }

  look(progress: Progress): void {
    const { waitsFor = [], blocks = [] } = progress;
    const sight = [waitsFor, blocks].map((sessions) => sessions.map(({ pid }) => pid).join()).join(';');
    if (sight === (this.#sight || ';') || this.told >= MOST || Date.now() - this.#toldAt < this.#interval) return;
    if (this.#toldAt > 0) this.#interval = Math.min(this.#interval * 1.5, LONGEST);
    this.#sight = sight;
    this.#toldAt = Date.now();
    this.told += 1;
    this.#send({ ...progress, waitsFor, blocks });
  }

  #send(progress: Progress): void {
    const { client, info, log } = this.#context;
    const { workflowId = '', runId } = info.workflowExecution ?? {};
    const news = boundedWork({ ...progress, attempt: info.attempt });
    if (!news) return;
    client.workflow
      .getHandle(workflowId, runId)
      .signal(work, news)
      .catch((error: unknown) => {
        log.debug('the workflow was not told who blocks whom', { error });
      });
  }
}
