// Measures Pawl side by side with what people would use instead: npm run bench [-- --only bulk --n 500 --repetitions 3 --peers none]
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { backfill } from './backfill.js';
import { bulk } from './bulk.js';
import { check } from './check.js';
import { diff } from './diff.js';
import { large } from './large.js';
import { fleet, fleetSchemas } from './fleet.js';
import { linters } from './linters.js';
import { longWork } from './long-work.js';
import { MAIN } from './pawl.js';
import { PEERS } from './peers/all-peers.js';
import type { Peer, Runner } from './peers/peer.js';
import { planning } from './planning.js';
import { recovery } from './recovery.js';
import { resources } from './resources.js';
import { startServers, type Servers } from './servers.js';
import { slowDisk } from './slow-disk.js';
import { start } from './start.js';
import { steady } from './steady.js';
import { temporalFloor } from './temporal-floor.js';
import { testDatabases } from './test-databases.js';

const { values } = parseArgs({
  options: {
    only: {
      type: 'string',
      default: 'bulk,planning,resources,temporal-floor,steady,recovery,long-work,slow-disk,check,test-databases',
    },
    n: { type: 'string', default: '1,20,200,500,1000' },
    repetitions: { type: 'string', default: '3' },
    peers: { type: 'string', default: 'none' },
    rows: { type: 'string', default: '5000000' },
    deploys: { type: 'string', default: '50' },
    nodes: { type: 'string', default: process.execPath },
    builds: { type: 'string', default: MAIN },
  },
});
const repetitions = Number(values.repetitions);
const counts = values.n.split(',').map(Number);
const most = Math.max(...counts);

/** `none`, `all` or names; installs them into the user's cache. One that cannot be had here is named and left out. */
async function chosenPeers(): Promise<(Peer & Runner)[]> {
  const wanted = values.peers.split(',');
  const found: (Peer & Runner)[] = [];
  for (const peer of PEERS.filter(({ name }) => values.peers === 'all' || wanted.includes(name))) {
    try {
      found.push({ ...peer, ...(await peer.install()) });
    } catch (error) {
      console.log(`- ${peer.name} is left out, it does not install here: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  return found;
}

function versionOf({ name, version: [program, ...args] }: Peer & Runner): string {
  const said = execFileSync(program!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return `${name} ${/\d+\.\d+[\w.]*/.exec(said)?.[0] ?? ''}`;
}

const sections: Record<string, (servers: Servers) => Promise<string>> = {
  async bulk(servers) {
    const peers = await chosenPeers();
    if (peers.length > 0) console.log(`Beside: ${peers.map(versionOf).join(', ')}.\n`);
    const parts: string[] = [];
    // With ten thousand files the slowest peers would take an hour: only those that were asked for by name.
    for (const n of counts) parts.push(await bulk(servers, n, repetitions, n > 1000 && values.peers === 'all' ? [] : peers));
    return parts.join('\n\n');
  },
  start: (servers) => start(servers, values.nodes.split(','), values.builds.split(','), repetitions),
  planning: (servers) => planning(servers, Math.max(most, 1000), repetitions),
  resources: (servers) => resources(servers, Math.max(most, 200)),
  'temporal-floor': (servers) => temporalFloor(servers, Math.max(repetitions, 5)),
  steady: (servers) => steady(servers, Number(values.deploys)),
  recovery: (servers) => recovery(servers, repetitions),
  'long-work': (servers) => longWork(servers, repetitions, Number(values.rows)),
  backfill: (servers) => backfill(servers, Number(values.rows)),
  large: (servers) => large(servers, repetitions),
  'slow-disk': (servers) => slowDisk(servers, Math.min(most, 1000), repetitions),
  check: (servers) => check(servers, 300, repetitions),
  'test-databases': (servers) => testDatabases(servers, 100),
  fleet: (servers) => fleet(servers, values.n.includes(',') ? 200 : most),
  'fleet-schemas': (servers) => fleetSchemas(servers, values.n.includes(',') ? 1_000 : most),
  // Not among the default ones either: they count what is found, and measure nothing.
  diff,
  linters,
};

const servers = await startServers();
try {
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, PostgreSQL ${servers.postgres.version}; medians of ${repetitions}.\n`,
  );
  for (const name of values.only.split(',')) {
    const section = sections[name];
    if (!section) throw new Error(`there is no part "${name}"; there are ${Object.keys(sections).join(', ')}`);
    console.log(`${await section(servers)}\n`);
  }
} finally {
  await servers.stop();
}
