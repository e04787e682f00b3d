import type { DeployRun, LastWord, RunFacts, Silence } from '../../client/deploy-run.js';
import { wrap, type Look } from './look.js';
import { momentText, sinceText } from './since.js';

export interface SilentDeploy {
  readonly run: Pick<DeployRun, 'target' | 'title'>;
  readonly facts: RunFacts;
  readonly silence: Silence;
  /** Why its workflow cannot go on, where it tries and fails. */
  readonly failure?: string | undefined;
  /** Link into the Web UI. */
  readonly link?: string | undefined;
}

/** A deploy that does not answer: what Temporal alone knows of it, and what makes it answer. */
export function silenceView({ run, facts, silence, failure, link }: SilentDeploy, look: Look): string {
  const { memo, open, state, startedAt, endedAt, told } = facts;
  const what = `release ${memo.label} (${memo.digest}) by ${memo.by}`;
  const [head, next] = open
    ? [
        `The deploy of ${run.title} is under way ${sinceText(startedAt)}, ${what}, but it does not answer: ${reason(silence, failure)}${told ? ` It said last: ${lastWord(told, sinceText)}.` : ''}`,
        cure(run.target, silence),
      ]
    : [
        `The last deploy of ${run.title}, ${what}, ended: ${words(state)}${endedAt === undefined ? '' : ` at ${momentText(endedAt)}`}.${told && state !== 'COMPLETED' ? ` It was ${lastWord(told, (at) => `since ${momentText(at)}`)}.` : ''}`,
        state === 'COMPLETED' ? undefined : `What is committed stays; pawl deploy ${run.target} continues from there.`,
      ];
  return [
    wrap(head, look.columns, '', '  '),
    ...(next === undefined ? [] : [wrap(next, look.columns, '  ')]),
    ...(link ? [`  ${link}`] : []),
  ].join('\n');
}

function reason(silence: Silence, failure: string | undefined): string {
  switch (silence) {
    case 'failing task':
      return `it stands still, since the code of its workflow fails again and again: ${failure ?? 'no reason is given'}`;
    case 'no worker':
      return 'no worker that holds this release does.';
    case 'no temporal':
      return 'Temporal stopped answering.';
    case 'no deploy':
      return 'Temporal has just lost sight of it.';
  }
}

function cure(target: string, silence: Silence): string {
  switch (silence) {
    case 'failing task':
      return `Run a worker of the Pawl that began it (after an upgrade: the earlier one). Or end it: pawl cancel ${target} --reason "..."; what is committed stays.`;
    case 'no worker':
      return `pawl worker starts one in a checkout of this release; pawl deploy ${target} takes over with the release that is here.`;
    case 'no temporal':
    case 'no deploy':
      return `What is committed stays. Look again: pawl status ${target}.`;
  }
}

/** @param from when it came into that state; its age says nothing of a deploy that has ended */
const lastWord = ({ state, blockedOn, since }: LastWord, from: (at: string) => string): string =>
  [state, blockedOn === undefined ? '' : `at ${blockedOn}`, since === undefined ? '' : from(since)].filter(Boolean).join(' ');

const words = (state: string): string => state.toLowerCase().replaceAll('_', ' ');
