import { badOf, type FleetStatus } from '../../contract/fleet.js';
import { summaryOf } from '../../contract/fleet-board.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { durationText } from '../view/duration.js';
import { faultList, fleetSentence } from '../view/fleet.js';
import { wrap } from '../view/look.js';

/**
 * Says how a rollout ended and what to type next.
 * @param options.open whether one that stopped waits for a decision, or has ended with its process
 * @returns the exit code
 */
export function reportRollout(
  { output }: Context,
  status: FleetStatus,
  { since, open }: { readonly since: number; readonly open: boolean },
): ExitCode {
  const look = output.newsLook;
  const exit = exitOf(status, open);
  const faults = faultList(status, look);
  const next = nextOf(status, open);
  output.say(
    [faults, fleetSentence(status, look, durationText(Date.now() - since)), ...next.map((line) => wrap(line, look.columns, '  '))]
      .filter(Boolean)
      .join('\n'),
  );
  output.document({
    fleet: status.fleet,
    environment: status.environment,
    outcome: status.state,
    exit,
    message: summaryOf(status.waves),
    release: status.release,
    status,
  });
  return exit;
}

/** What waits for a decision, a member or the rollout after a check that failed, makes 3; what failed and waits for nothing makes 4. */
export function exitOf({ state, waves, blocked }: FleetStatus, open: boolean): ExitCode {
  if (state === 'cancelled') return EXIT.cancelled;
  if (state === 'superseded' || state === 'failed') return EXIT.failed;
  if (waves.every(({ counts }) => badOf(counts) === 0))
    return state !== 'stopped' ? EXIT.done : open ? EXIT.blocked : EXIT.failed;
  return blocked.length > 0 ? EXIT.blocked : EXIT.failed;
}

function nextOf({ fleet, state, reason, faults, blocked }: FleetStatus, open: boolean): string[] {
  const [first] = faults;
  if (state === 'done' && !first) return [];
  return [
    ...(reason === undefined ? [] : [`${reason}, so no further members were begun.`]),
    ...(first ? [`pawl status ${fleet}/${first.member} shows one of them; pawl fleet status ${fleet} shows all.`] : []),
    ...(blocked.length > 0 ? [`pawl fleet retry ${fleet} --all tries again at the members that are blocked.`] : []),
    state === 'superseded'
      ? `pawl fleet status ${fleet} shows the release that has taken its place.`
      : state === 'stopped' && open
        ? `pawl fleet resume ${fleet} continues with the members that are left; pawl fleet cancel ${fleet} ends the rollout.`
        : `pawl fleet deploy ${fleet} continues with what is left.`,
  ];
}
