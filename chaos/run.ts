// The chaos run: `npm run chaos -- --minutes 20 --seed 1 [--break fencing|second-transaction|journal|cancel|pooler]`, and
// `npm run chaos -- --fleet 20 --members 40`, so many rollouts to so many databases, and
// `npm run chaos -- --backfill 2000000 --minutes 20`, backfills of a table of so many rows. docs/crash-matrix.md says what it does.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomOf } from '../test/support/crash-seed.js';
import { BREAKS, copyBuild, type Break } from './build-copy.js';
import { disturbBackfills } from './backfill.js';
import { disturbFleet } from './fleet.js';
import { runRound } from './round.js';
import { startServers } from './servers.js';
import { Tally } from './tally.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    break: { type: 'string' },
    fleet: { type: 'string' },
    members: { type: 'string', default: '40' },
    backfill: { type: 'string' },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
const [rollouts, members, rows] = [Number(values.fleet ?? 0), Number(values.members), Number(values.backfill ?? 0)];
const broken = BREAKS.find((kind): kind is Break => kind === values.break);
if (
  !(minutes > 0) ||
  !Number.isInteger(seed) ||
  !(rollouts >= 0 && members > 0 && rows >= 0) ||
  (values.break !== undefined && !broken)
) {
  process.stderr.write(
    `usage: npm run chaos -- --minutes <n> --seed <integer> [--break ${BREAKS.join('|')}], or --fleet <rollouts> --members <n> --seed <integer>, or --backfill <rows> --minutes <n> --seed <integer>\n`,
  );
  process.exit(2);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const build = await copyBuild(root, broken);
const tally = new Tally();
const started = Date.now();
let summary = (took: number): string => (rollouts > 0 ? tally.fleetSummary(took, seed) : tally.summary(took, seed));
const servers = await startServers();
try {
  if (rollouts > 0) await disturbFleet({ main: build.main, servers, random: randomOf('fleet', seed), tally, rollouts, members });
  if (rows > 0) {
    const until = started + minutes * 60_000;
    const result = await disturbBackfills({
      main: build.main,
      servers,
      random: randomOf('backfill', seed),
      tally,
      rows,
      until,
      broken: broken !== undefined,
    });
    summary = (took) => tally.backfillSummary(took, seed, { rows, ...result });
  }
  for (
    let number = 1;
    rollouts === 0 && rows === 0 && Date.now() - started < minutes * 60_000 && tally.anomalies.length === 0;
    number += 1
  ) {
    const random = randomOf(`round ${number}`, seed);
    const deaths = randomOf(`deaths of round ${number}`, seed);
    await runRound({ number, main: build.main, servers, random, deaths, tally, broken });
    process.stderr.write(`round ${number}: ${tally.kills} kills so far, ${tally.anomalies.length} anomalies\n`);
  }
} finally {
  await servers.stop();
  build.remove();
}
const took = (Date.now() - started) / 60_000;
process.stdout.write(`${summary(took)}\n`);
if (tally.anomalies.length > 0) {
  const length =
    rollouts > 0 ? `--fleet ${rollouts} --members ${members}` : `${rows > 0 ? `--backfill ${rows} ` : ''}--minutes ${minutes}`;
  const replay = `npm run chaos -- ${length} --seed ${seed}${broken ? ` --break ${broken}` : ''}`;
  process.stdout.write(
    `replay: ${replay}\n(the same files and the same sequence of disturbances; their moments depend on the machine)\n`,
  );
}
process.exit(tally.anomalies.length > 0 ? 1 : 0);
