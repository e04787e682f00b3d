import type { Blocker, Work } from '../../contract/deploy.js';
import { paint, wrap, type Look } from './look.js';

/** What is being done just now, and who stands in the way of whom; one line each. */
export function workView(work: Work, look: Look): string {
  const statement = work.statement === undefined ? '' : `, statement ${work.statement}`;
  const build = work.build ? `: ${work.build.phase}${work.build.percent === null ? '' : ` ${work.build.percent} %`}` : '';
  const attempt = work.attempt > 1 ? `, attempt ${work.attempt}` : '';
  return [
    wrap(`${work.doing} ${work.name ?? ''}${statement}${attempt}${build}`, look.columns, '  ', '    '),
    ...(work.waitsFor ?? []).map((session) => sessionLine('waits for', session, look)),
    ...(work.blocks ?? []).map((session) => sessionLine('makes wait', session, look)),
    ...(work.failure === undefined ? [] : [wrap(`the attempt before: ${work.failure}`, look.columns, '    ', '    ')]),
  ].join('\n');
}

function sessionLine(relation: string, { pid, application, user, state, seconds, query }: Blocker, look: Look): string {
  const text = query === undefined ? '' : `: ${query.replaceAll(/\s+/g, ' ')}`;
  const line = `${relation} session ${pid} (${application || 'no application name'}, user ${user}, ${state}, ${seconds} s)${text}`;
  return paint(look, 'yellow', wrap(line, look.columns, '    ', '      '));
}
