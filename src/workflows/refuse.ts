import { ApplicationFailure } from '@temporalio/workflow';
import { VOID, type Decision } from '../contract/decision.js';

/** A plain Error would make the workflow task fail over and over; a stack would stand under the sentence in the Web UI. */
export function refuse(message: string, type = 'Refused', details: string[] = []): never {
  const failure = ApplicationFailure.create({ message, type, details, nonRetryable: true });
  failure.stack = '';
  throw failure;
}

/** Refuses a decision after its time: whoever sent it may have given it up by now. */
export function refuseVoid({ until }: Decision): void {
  const now = new Date();
  if (until === undefined || Date.parse(until) >= now.getTime()) return;
  refuse(`this was to be decided until ${until}; here it is ${now.toISOString()}`, VOID, [now.toISOString()]);
}
