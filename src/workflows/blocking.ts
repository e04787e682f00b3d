import { codeSpan, plainMarkdown } from '../text/markdown.js';
import { adviceAbout, describeSession } from '../text/session.js';
import type { Blocker, DeployStatus, Work } from '../contract/deploy.js';

/** Who blocks whom just now, as Markdown; nothing where nobody does. */
export function blockingSections({ work }: DeployStatus): string[] {
  if (!work) return [];
  const parts = [
    ...sessions('It waits for', work.waitsFor, work.moreWaitsFor),
    ...(work.waitsFor ?? []).slice(0, 1).map(adviceAbout),
    ...sessions('It blocks', work.blocks, work.moreBlocks),
  ];
  return parts.length === 0
    ? []
    : [`## ${plainMarkdown([work.doing, work.name].filter(Boolean).join(' '))} (attempt ${work.attempt})`, ...parts];
}

function sessions(title: string, list: Work['waitsFor'] = [], more = 0): string[] {
  if (list.length === 0) return [];
  const lines = [...list.map(sessionText), ...(more > 0 ? [`and ${more} more`] : [])];
  return [`**${title}**\n\n${lines.map((line) => `- ${line}`).join('\n')}`];
}

function sessionText(session: Blocker): string {
  const text = session.query === undefined ? '' : `: ${codeSpan(session.query)}`;
  return `${plainMarkdown(describeSession(session))}${text}`;
}
