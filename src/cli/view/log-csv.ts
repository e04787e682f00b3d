import type { DeployRecord, LogEntry } from '../../engine/ledger/log.js';
import { visible } from '../../text/visible.js';

const TITLES = [
  'at',
  'kind',
  'target release',
  'release label',
  'deploy',
  'version',
  'name',
  'milliseconds',
  'by',
  'reason',
  'detail',
];

/** The audit as CSV (RFC 4180), one line for each entry, times in UTC. */
export function logCsv(deploys: readonly DeployRecord[], entries: readonly LogEntry[]): string {
  const byId = new Map(deploys.map((deploy) => [deploy.deployId, deploy]));
  const lines = entries.map(({ at, kind, deployId, version, by, reason, detail }) => {
    const deploy = deployId === null ? undefined : byId.get(deployId);
    const { name, milliseconds, ...rest } = detail;
    const more = Object.keys(rest).length > 0 ? JSON.stringify(rest) : '';
    return [at.toISOString(), kind, deploy?.release, deploy?.label, deployId, version, name, milliseconds, by, reason, more];
  });
  return [TITLES, ...lines].map((cells) => cells.map(cell).join(',')).join('\r\n');
}

function cell(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? visible(String(value)) : '';
  // Spreadsheets compute what begins so, and one may be told to run a program.
  const shown = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
