import type {
  ApprovalStatus,
  DeployState,
  DeployStatus,
  Fault,
  Release,
  StageStatus,
  TimelineEntry,
  Work,
} from '../contract/deploy.js';
import { endingMessage, type Ending } from './ending.js';
import { SILENCES, type Sight } from './follow.js';

/** One thing that happened while a deploy was followed; `at` is ISO 8601. */
export type DeployEvent = { readonly at: string } & (
  | { readonly event: 'step'; readonly text: string }
  | {
      readonly event: 'state';
      readonly state: DeployState;
      readonly fault?: Fault | undefined;
      readonly approval?: string | undefined;
      readonly approving?: ApprovalStatus | undefined;
    }
  | { readonly event: 'progress'; readonly stages: readonly StageProgress[]; readonly work?: Work | undefined }
  | { readonly event: 'trouble'; readonly text: string }
);

/** The last event: how following ended. `detached` means that it was left; the deploy goes on, and so it does when it is `blocked`. */
export interface DeployEnd {
  readonly event: 'end';
  readonly at: string;
  readonly target: string;
  readonly outcome: Ending['kind'];
  readonly message?: string | undefined;
  readonly release?: Release | undefined;
  /** Why it is blocked or failed, and what to do. */
  readonly fault?: Fault | undefined;
  /** Everything that is known of it. */
  readonly status?: DeployStatus | undefined;
}

/** @returns the last event of a deploy that ended so */
export function endEvent(target: string, ending: Ending): DeployEnd {
  const { kind: outcome, status } = ending;
  const fault = outcome === 'blocked' || outcome === 'failed' ? status?.fault : undefined;
  const message = endingMessage(ending);
  return { event: 'end', at: new Date().toISOString(), target, outcome, message, release: status?.release, fault, status };
}

export type StageProgress = Pick<StageStatus, 'kind' | 'name' | 'state' | 'applied' | 'total'>;

/** Tells of each sight what is new in it: what was done (`step`), the state when it changes, how far it is (`progress`). */
export class EventTeller {
  #last: TimelineEntry | undefined;
  #state = '';
  #progress = '';

  /** @returns what was not told yet, in order */
  tell(sight: Sight): DeployEvent[] {
    const at = new Date().toISOString();
    if ('silence' in sight) return [{ event: 'trouble', at, text: SILENCES[sight.silence] }];
    const { timeline, state, fault, approval, approving, stages, work } = sight.status;
    const events: DeployEvent[] = newEntries(timeline, this.#last).map((entry) => ({ event: 'step', ...entry }));
    this.#last = timeline.at(-1) ?? this.#last;
    if (state !== this.#state) events.push({ event: 'state', at, state, fault, approval, approving });
    this.#state = state;
    const progress = {
      stages: stages.map(({ kind, name, state, applied, total }) => ({ kind, name, state, applied, total })),
      work,
    };
    if (JSON.stringify(progress) !== this.#progress) events.push({ event: 'progress', at, ...progress });
    this.#progress = JSON.stringify(progress);
    return events;
  }
}

/** The entries that came after the last one that was shown. */
export function newEntries(timeline: readonly TimelineEntry[], last: TimelineEntry | undefined): readonly TimelineEntry[] {
  if (last === undefined) return timeline;
  const index = timeline.findLastIndex(({ at, text }) => at === last.at && text === last.text);
  return index >= 0 ? timeline.slice(index + 1) : timeline.filter(({ at }) => at > last.at);
}
