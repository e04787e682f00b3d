import { deployTitle } from '../contract/names.js';
import type { News } from '../contract/news.js';
import type { Occasion } from '../contract/notification.js';
import { visible } from '../text/visible.js';

/** What people read: what happened, what to do about it, where to look, what to type. */
export function newsText(news: News, link: string | undefined): string {
  return [...story(news), ...page(link), ...news.commands.map(typed)].map(visible).join('\n');
}

/** The same for Slack, whose marks `&`, `<` and `>` are text here; what is to be typed can be copied as it stands. */
export function slackText(news: News, link: string | undefined): string {
  const [title = '', ...rest] = story(news).map(visible).map(escape);
  // A mark of theirs in a name would end the block.
  const commands = news.commands.map(typed).map(visible).map(escape).join('\n').replaceAll('`', "'");
  return [
    `*${title.replaceAll('*', '')}*`,
    ...rest,
    ...page(link),
    ...(commands === '' ? [] : [`\`\`\`\n${commands}\n\`\`\``]),
  ].join('\n');
}

/** The same for programs: the data beside the text. */
export function newsJson({ on, release, commands, ...rest }: News, link: string | undefined): Record<string, unknown> {
  return {
    event: on,
    ...rest,
    release: release.label,
    digest: release.digest,
    link,
    commands: commands.map(({ command }) => command),
    text: newsText({ on, release, commands, ...rest }, link),
  };
}

const HAPPENED: Readonly<Record<Occasion, string>> = {
  blocked: 'is blocked',
  approval: 'waits for approval',
  failed: 'has failed',
  done: 'is deployed',
  drift: 'differs from its files',
};

const ROLLED_OUT: Readonly<Record<Occasion, string>> = {
  ...HAPPENED,
  blocked: 'has stopped and waits for a decision',
  done: 'is rolled out',
};

function story(news: News): string[] {
  const { on, release, startedBy, since, what, fault } = news;
  const title = `${deployTitle(news)} ${(news.rollout ? ROLLED_OUT : HAPPENED)[on]}${fault?.version === undefined ? '' : ` at ${fault.version}`}`;
  const started = startedBy === undefined ? '' : `, started by ${startedBy}`;
  const at = `${since.slice(0, 16).replace('T', ' ')} UTC`;
  return [
    title,
    ...(what === '' ? [] : [what]),
    ...(fault ? [fault.next] : []),
    `Release ${release.label}${started}; since ${at}.`,
  ];
}

function page(link: string | undefined): string[] {
  return link === undefined ? [] : [link];
}

function typed({ command, effect }: News['commands'][number]): string {
  return `${command}  # ${effect}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
