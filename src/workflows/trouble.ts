import { codeSpan, plainMarkdown } from '../text/markdown.js';
import { adviceAbout, describeSession } from '../text/session.js';
import type { Blocker, DeployStatus, Work } from '../contract/deploy.js';
import { literal, time } from './markdown.js';

/** Who blocks whom just now, why attempts fail, and how far a backfill is, as Markdown; nothing where none of them is told. */
export function troubleSections({ work }: DeployStatus): string[] {
  if (!work) return [];
  const parts = [
    ...sessions('It waits for', work.waitsFor, work.moreWaitsFor),
    ...(work.waitsFor ?? []).slice(0, 1).map(adviceAbout),
    ...sessions('It blocks', work.blocks, work.moreBlocks),
    ...failing(work),
  ];
  if (parts.length === 0) return work.backfill ? backfillSection(work, work.backfill) : [];
  const asOf = work.at === undefined ? '' : `, as of ${time(work.at)} UTC`;
  return [`## ${plainMarkdown([work.doing, work.name].filter(Boolean).join(' '))} (attempt ${work.attempt}${asOf})`, ...parts];
}

/** How far a backfill is, and whether something holds it up. */
function backfillSection({ doing, name = '', at }: Work, { heldBy }: NonNullable<Work['backfill']>): string[] {
  const now =
    heldBy === 'pause'
      ? `It continues with ${codeSpan('pawl backfill resume')}.`
      : 'It looks once a second, and continues by itself when that has passed.';
  return [
    `## ${plainMarkdown(doing)}`,
    [`In ${codeSpan(name)}${at === undefined ? '' : `, as of ${time(at)} UTC`}.`, ...(heldBy === undefined ? [] : [now])].join(
      ' ',
    ),
  ];
}

function failing({ failure, failingSince, givesUpAt }: Work): string[] {
  const until =
    givesUpAt === undefined
      ? ''
      : ` It is tried again until **${time(givesUpAt)} UTC**; then the deploy is blocked and asks for a decision.`;
  return [
    ...(failure === undefined ? [] : [`**The attempt before failed**\n\n${literal([failure])}`]),
    ...(failingSince === undefined ? [] : [`Attempts have failed since **${time(failingSince)} UTC**.${until}`]),
  ];
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
