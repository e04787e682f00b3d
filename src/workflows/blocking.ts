import type { Blocker, DeployStatus, Work } from '../contract/deploy.js';

/** Who blocks whom just now, as Markdown; nothing where nobody does. */
export function blockingSections({ work }: DeployStatus): string[] {
  if (!work) return [];
  const parts = [...sessions('It waits for', work.waitsFor), ...sessions('It makes wait', work.blocks)];
  return parts.length === 0
    ? []
    : [`## ${[work.doing, work.name].filter(Boolean).join(' ')} (attempt ${work.attempt})`, ...parts];
}

function sessions(title: string, list: Work['waitsFor'] = []): string[] {
  return list.length === 0 ? [] : [`**${title}**\n\n${list.map((session) => `- ${sessionText(session)}`).join('\n')}`];
}

function sessionText({ pid, application, user, state, seconds, query }: Blocker): string {
  const text = query === undefined ? '' : `: \`${query.replaceAll('`', "'")}\``;
  return `session ${pid}: ${application || 'no application name'}, user ${user}, ${state}, ${seconds} s${text}`;
}
