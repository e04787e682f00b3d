import { createHash } from 'node:crypto';
import type { FleetPlanAnswer, WaveSettings } from '../contract/fleet.js';

/** Names in one answer: a payload is to stay under 256 KB, and a name has up to 100 characters. */
const PAGE = 2_000;

/** The waves, with the members from `after` on that fit into one answer. */
export function pageOf(
  waves: readonly { readonly settings: WaveSettings; readonly members: readonly string[] }[],
  after: number,
): FleetPlanAnswer {
  let before = 0;
  const page = waves.map(({ settings, members }) => {
    const from = Math.max(0, after - before);
    const to = Math.max(0, after + PAGE - before);
    before += members.length;
    return { settings, members: members.slice(from, to) };
  });
  const list = createHash('sha256')
    .update(JSON.stringify(waves.map(({ settings, members }) => [settings.name, members])))
    .digest('hex')
    .slice(0, 16);
  return { waves: page, more: before > after + PAGE, list };
}
