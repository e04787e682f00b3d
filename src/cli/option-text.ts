import { InvalidArgumentError } from '@commander-js/extra-typings';
import { DURATION, DURATION_EXPECTED } from '../text/duration.js';

/** What is typed after an option, looked at before the verb begins. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

/** `host:port`. @throws InvalidArgumentError */
export function addressText(text: string): string {
  if (!/^([\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/.test(text))
    throw new InvalidArgumentError('Expected an address such as 127.0.0.1:9464 or 0.0.0.0:9464.');
  return text;
}

/** Such as `10s`. @throws InvalidArgumentError */
export function durationText(text: string): string {
  if (!DURATION.test(text)) throw new InvalidArgumentError(`Expected ${DURATION_EXPECTED}.`);
  return text;
}
