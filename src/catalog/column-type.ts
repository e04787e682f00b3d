import { textOf } from './catalog.js';
import { behavioural, breaking, either } from './judge.js';
import type { Finding } from './kind.js';

const TYPE = /^(?<name>[^(]*)(?:\((?<length>\d+)\))?$/;

/** Whether only the length of a text or bit type grew, so that every old value still fits. */
function widened({ before, after }: Finding): boolean {
  const from = TYPE.exec(textOf(before))?.groups;
  const to = TYPE.exec(textOf(after))?.groups;
  if (!from || !to || from['name'] !== to['name'] || !/^(character|bit) varying$/.test(from['name'] ?? '')) return false;
  return to['length'] === undefined || (from['length'] !== undefined && Number(to['length']) > Number(from['length']));
}

export const changedType = either(
  widened,
  behavioural(({ before, after }) => `longer values are accepted: ${textOf(after)} instead of ${textOf(before)}`),
  breaking(
    ({ before, after }) =>
      `values and parameters are ${textOf(after)} instead of ${textOf(before)}; some are refused, rounded or read otherwise`,
  ),
);
