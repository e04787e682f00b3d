import type { Context } from '@temporalio/activity';
import type { Work } from '../contract/deploy.js';
import { work } from '../contract/messages.js';
import type { Progress } from '../engine/control.js';

/** Milliseconds between two news: each is an event in the history. */
const RARELY = 3_000;

/**
 * Tells the workflow who blocks whom when that changes, so that the details page names the sessions. Heartbeats do not reach a workflow.
 * News that cannot be sent are lost: the work goes on without them.
 */
export class BlockerNews {
  #told = '';
  #toldAt = 0;

  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  look(progress: Progress): void {
    const waitsFor = progress.waitsFor ?? [];
    const blocks = progress.blocks ?? [];
    const sight = [waitsFor, blocks].map((sessions) => sessions.map(({ pid }) => pid).join()).join(';');
    if (sight === (this.#told || ';') || Date.now() - this.#toldAt < RARELY) return;
    this.#told = sight;
    this.#toldAt = Date.now();
    this.#send({ ...progress, waitsFor, blocks, attempt: this.#context.info.attempt });
  }

  #send(news: Work): void {
    const { client, info, log } = this.#context;
    const { workflowId = '', runId } = info.workflowExecution ?? {};
    client.workflow
      .getHandle(workflowId, runId)
      .signal(work, news)
      .catch((error: unknown) => {
        log.debug('the workflow was not told who blocks whom', { error });
      });
  }
}
