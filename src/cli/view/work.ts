import type { Blocker, Work } from '../../contract/deploy.js';
import { adviceAbout, describeSession } from '../../text/session.js';
import { durationText } from './duration.js';
import { paint, wrap, type Look } from './look.js';
import { progressBar } from './progress-bar.js';
import { momentText, sinceText } from './since.js';

/** What is being done just now, and who stands in the way of whom; one line each. */
export function workView(work: Work, look: Look): string {
  const statement = work.statement === undefined ? '' : `, statement ${work.statement}`;
  const attempt = work.attempt > 1 ? `, attempt ${work.attempt}` : '';
  const time = work.seconds ? `, for ${secondsText(work.seconds)}` : '';
  return [
    wrap(`${[work.doing, work.name].filter(Boolean).join(' ')}${statement}${attempt}${time}`, look.columns, '  ', '    '),
    ...(work.build ? [buildLine(work.build)] : []),
    ...(work.waitsFor ?? []).map((session) => sessionLine('waits for', session, look)),
    ...(work.waitsFor ?? []).slice(0, 1).map((session) => wrap(adviceAbout(session), look.columns, '      ')),
    ...(work.blocks ?? []).map((session) => sessionLine('blocks', session, look)),
    ...(work.failure === undefined ? [] : [failureLine(work.failure, work, look)]),
  ].join('\n');
}

/** Red: attempts that fail in a row are what a calm picture must not hide. */
function failureLine(failure: string, { failingSince, givesUpAt }: Work, look: Look): string {
  const until = givesUpAt === undefined ? '' : `; tried until ${momentText(givesUpAt)}, then it waits for a decision`;
  const failing = failingSince === undefined ? '' : ` (failing ${sinceText(failingSince)}${until})`;
  return paint(look, 'red', wrap(`the attempt before failed: ${failure}${failing}`, look.columns, '    ', '    '));
}

function secondsText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : durationText(seconds * 1_000);
}

/** Phases are PostgreSQL's words; those that wait count nothing, but keep the numbers of the phase before. */
function buildLine({ phase, percent }: NonNullable<Work['build']>): string {
  return `    ${percent === null || phase.startsWith('waiting') ? '' : `${progressBar(percent / 100, 20)} ${percent} % `}${phase}`;
}

function sessionLine(relation: string, session: Blocker, look: Look): string {
  const text = session.query === undefined ? '' : `: ${session.query.replaceAll(/\s+/g, ' ')}`;
  return paint(look, 'yellow', wrap(`${relation} ${describeSession(session)}${text}`, look.columns, '    ', '      '));
}
