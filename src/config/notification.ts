import { basename } from 'node:path';
import type { NotificationPlan } from '../contract/notification.js';
import { milliseconds } from '../text/duration.js';
import type { Notification } from './schema.js';

/** Who is told of a target or of a fleet, and with what. */
export interface Receivers {
  readonly notifications: readonly Notification[];
  /** Folder of the configuration: programs run there. */
  readonly root: string;
  /** Whether messages may hold values of rows, which stay here. */
  readonly showValues: boolean;
}

/** What a notification is called in the story of a deploy; no addresses, which may hold secrets. */
export function notificationName(notification: Notification): string {
  if ('slack' in notification) return `Slack (${notification.slack.env})`;
  if ('webhook' in notification) return `the webhook of ${notification.webhook.url.env}`;
  return basename(notification.command[0]!);
}

/** What a workflow has to know of the notifications of a target. */
export function notificationPlans(notifications: readonly Notification[]): NotificationPlan[] {
  return notifications.map(({ on, after }, notification) => ({
    notification,
    on,
    after: after === undefined ? 0 : milliseconds(after),
  }));
}
