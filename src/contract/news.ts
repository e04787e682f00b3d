import type { Fault, Release } from './deploy.js';
import type { Occasion } from './notification.js';

/** Something that a person can type about it. */
export interface NewsCommand {
  readonly command: string;
  readonly effect: string;
}

/** What happened, as somebody is told of it. No SQL text, no row values, no address. */
export interface News {
  readonly on: Occasion;
  readonly target: string;
  /** It is about a rollout: the target is a fleet. */
  readonly rollout?: true | undefined;
  readonly environment?: string | undefined;
  readonly release: Release;
  readonly startedBy?: string | undefined;
  /** ISO 8601. */
  readonly since: string;
  /** What is waited for or has come out, in a line. */
  readonly what: string;
  /** Of what is blocked or has failed. */
  readonly fault?: Pick<Fault, 'code' | 'message' | 'next' | 'version' | 'file' | 'line'> | undefined;
  readonly commands: readonly NewsCommand[];
}

export interface NotifyRequest extends News {
  readonly notification: number;
  /** The same each time the same news is sent again. */
  readonly key: string;
}
