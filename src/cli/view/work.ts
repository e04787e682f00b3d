import type { Blocker, Work } from '../../contract/deploy.js';
import { durationText } from './duration.js';
import { paint, wrap, type Look } from './look.js';
import { progressBar } from './progress-bar.js';
import { sinceText } from './since.js';

/** What is being done just now, and who stands in the way of whom; one line each. */
export function workView(work: Work, look: Look): string {
  const statement = work.statement === undefined ? '' : `, statement ${work.statement}`;
  const attempt = work.attempt > 1 ? `, attempt ${work.attempt}` : '';
  const time = work.seconds ? `, for ${secondsText(work.seconds)}` : '';
  return [
    wrap(`${[work.doing, work.name].filter(Boolean).join(' ')}${statement}${attempt}${time}`, look.columns, '  ', '    '),
    ...(work.build ? [buildLine(work.build)] : []),
    ...(work.waitsFor ?? []).map((session) => sessionLine('waits for', session, look)),
    ...(work.blocks ?? []).map((session) => sessionLine('blocks', session, look)),
    ...(work.failure === undefined ? [] : [failureLine(work.failure, work.failingSince, look)]),
  ].join('\n');
}

/** Red: attempts that fail in a row are what a calm picture must not hide. */
function failureLine(failure: string, since: string | undefined, look: Look): string {
  const failing = since === undefined ? '' : ` (failing ${sinceText(since)})`;
  return paint(look, 'red', wrap(`the attempt before failed: ${failure}${failing}`, look.columns, '    ', '    '));
}

function secondsText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : durationText(seconds * 1_000);
}

/** Phases are PostgreSQL's words; those that wait count nothing, but keep the numbers of the phase before. */
function buildLine({ phase, percent }: NonNullable<Work['build']>): string {
  return `    ${percent === null || phase.startsWith('waiting') ? '' : `${progressBar(percent / 100, 20)} ${percent} % `}${phase}`;
}

function sessionLine(relation: string, { pid, application, user, state, seconds, query }: Blocker, look: Look): string {
  const text = query === undefined ? '' : `: ${query.replaceAll(/\s+/g, ' ')}`;
  const line = `${relation} session ${pid} (${application || 'no application name'}, user ${user}, ${state}, ${seconds} s)${text}`;
  return paint(look, 'yellow', wrap(line, look.columns, '    ', '      '));
}
