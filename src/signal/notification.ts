import { notificationName } from '../config/notification.js';
import type { Notification } from '../config/schema.js';
import type { News } from '../contract/news.js';
import type { Control } from '../engine/control.js';
import { executeCommand } from '../exec/execute.js';
import { newsJson, newsText, slackText } from './news-text.js';
import { postWebhook } from './webhook.js';

export interface Notice {
  readonly news: News;
  /** The same each time the same news is sent again. */
  readonly key: string;
  /** The page of the deploy, where it is known. */
  readonly link?: string | undefined;
}

export interface Sender {
  readonly environment: NodeJS.ProcessEnv;
  /** Where programs run. */
  readonly root: string;
  /** Messages may hold values of rows: they stay with the deploy. */
  readonly showValues: boolean;
  /** Takes a program's output. */
  readonly log: (line: string) => void;
}

/** For one attempt; a deploy that has ended waits for it. */
const SLACK_TIMEOUT = '5s';
const COMMAND_TIMEOUT = '30s';

/**
 * Sends one notification.
 * @throws EngineError `SIGNAL_FAILED`, `EXEC_FAILED`, `EXEC_TIMEOUT`
 */
export async function sendNotification(
  notification: Notification,
  { news: whole, key, link }: Notice,
  { environment, root, showValues, log }: Sender,
  control: Control,
): Promise<void> {
  const news = showValues && whole.fault ? withoutMessage(whole) : whole;
  if ('slack' in notification) {
    const webhook = { url: notification.slack, timeout: SLACK_TIMEOUT };
    await postWebhook(webhook, { key, body: { text: slackText(news, link) } }, environment, control);
  } else if ('webhook' in notification) {
    await postWebhook(notification.webhook, { key, body: newsJson(news, link) }, environment, control);
  } else {
    const name = notificationName(notification);
    const told = {
      PAWL_NOTIFY_ON: news.on,
      PAWL_NOTIFY_TEXT: newsText(news, link),
      PAWL_NOTIFY_JSON: JSON.stringify({ ...newsJson(news, link), key }),
    };
    const command = { name, command: notification.command, environment: told, timeout: COMMAND_TIMEOUT };
    await executeCommand({ command, root, environment, log, id: key }, control);
  }
}

function withoutMessage(news: News): News {
  const what = 'Its message is left out here: PAWL_SHOW_VALUES is set, so it may hold values.';
  return { ...news, what, fault: news.fault && { ...news.fault, message: what } };
}
