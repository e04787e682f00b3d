import { followRollout, rolloutRun, startRollout } from '../../client/rollout.js';
import { onlyNews } from '../../client/only-news.js';
import type { HeldFleet } from '../../config/hold-fleet.js';
import type { RolloutChoice } from '../../config/rollout.js';
import type { FleetInput } from '../../contract/fleet.js';
import { connectClient } from '../../temporal/connection.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { webUiLink } from '../../temporal/web-ui.js';
import { createFleetNews } from './news.js';
import { reportRollout } from './report.js';

export interface TemporalRollout extends RolloutChoice {
  readonly fleet: HeldFleet;
  readonly label: string;
  readonly by: string;
  readonly onFailure: 'block' | 'abort';
  readonly ifBusy: 'wait' | 'fail';
  readonly detach: boolean;
  readonly interrupt: AbortSignal;
}

/** Starts or joins a rollout through Temporal and follows it. @returns the exit code */
export async function rollOutThroughTemporal(context: Context, rollout: TemporalRollout): Promise<ExitCode> {
  const { output } = context;
  const { fleet, label, by, onFailure, ifBusy, only, wave, interrupt } = rollout;
  const { name, environment } = fleet;
  const { digest, stages } = fleet.release;
  const input: FleetInput = { fleet: name, environment, release: { digest, label }, stages, by, onFailure, only, wave };
  const link = await connectClient();
  try {
    const run = rolloutRun(link, { target: name, environment });
    const say = (text: string): void => output.say(text);
    const started = await startRollout({ run, input, ifBusy, say, interrupt });
    if (!started) return detached(context, name);
    const page = webUiLink(context, link, run.id, undefined);
    const what =
      started.joined === undefined
        ? `Rolling release ${label} (${digest}) out to ${run.title}, by ${by}.`
        : `Joined the rollout of this release that ${started.joined} started.`;
    output.say([what, ...(page ? [page] : [])].join('\n'));
    if (rollout.detach) {
      output.say(`Detached; pawl fleet deploy ${name} follows it, pawl fleet status ${name} shows it.`);
      output.document({ fleet: name, environment, outcome: 'detached', exit: EXIT.done, release: input.release, link: page });
      return EXIT.done;
    }
    const since = Date.now();
    const news = createFleetNews(output, since);
    const silence = onlyNews((text) => output.say(text));
    try {
      const status = await followRollout(run, {
        ...{ runId: started.runId, digest, interrupt },
        onSight: (sight) => news.sight(sight),
        onSilence: (why) => silence(`No news of the rollout: ${why}. It continues when that is over.`),
      });
      news.end();
      return status ? reportRollout(context, status, { since, open: true }) : detached(context, name);
    } finally {
      news.end();
    }
  } finally {
    await link.close();
  }
}

function detached({ output }: Context, fleet: string): ExitCode {
  output.say(
    `Detached; the rollout continues.\n  pawl fleet deploy ${fleet} follows it again, pawl fleet cancel ${fleet} ends it.`,
  );
  output.document({ fleet, outcome: 'detached', exit: EXIT.detached });
  return EXIT.detached;
}
