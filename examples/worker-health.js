// Health check of a worker: exits with 0 when a worker polls the queue of each release that is here.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('pawl', ['doctor', '--json'], { encoding: 'utf8' });
const { checks } = JSON.parse(stdout);
const workers = checks.filter(({ subject }) => subject.startsWith('worker '));
const missing = workers.filter(({ state }) => state !== 'fine');
for (const { subject, found } of missing) console.log(`${subject}: ${found}`);
process.exitCode = workers.length > 0 && missing.length === 0 ? 0 : 1;
