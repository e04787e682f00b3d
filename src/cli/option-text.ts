import { InvalidArgumentError } from '@commander-js/extra-typings';
import { durationFault } from '../text/duration.js';

/** What is typed after an option, looked at before the verb begins. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

/** Who or why, for the audit. @throws InvalidArgumentError */
export function someText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Expected text, found nothing.');
  return text;
}

/** `host:port`. @throws InvalidArgumentError */
export function addressText(text: string): string {
  if (!/^([\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/.test(text))
    throw new InvalidArgumentError('Expected an address such as 127.0.0.1:9464 or 0.0.0.0:9464.');
  return text;
}

/** How long to wait, such as `10s`; `0s` is not at all. @throws InvalidArgumentError */
export function durationText(text: string): string {
  return within(text, '0s');
}

/** A limit such as `10s`: none is as short as nothing. @throws InvalidArgumentError */
export function limitText(text: string): string {
  return within(text, '1ms');
}

function within(text: string, least: string): string {
  const expected = durationFault(text, least);
  if (expected !== undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
  return text;
}

/** A share of a time, such as `0.5`. @throws InvalidArgumentError */
export function shareText(text: string): number {
  if (!/^\d{1,3}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('Expected a number such as 0.5.');
  return Number(text);
}
