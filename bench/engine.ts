// The engine alone, without Temporal and without the start of Node: prints the milliseconds that plan, lease and all migrations take.
import { loadConfig } from '../src/config/load.js';
import { readRelease } from '../src/config/release.js';
import { resolveTarget } from '../src/config/resolve.js';
import { applyPending } from '../src/engine/acts/apply.js';
import { beginDeploy } from '../src/engine/acts/begin.js';
import { loadGrammar } from '../src/engine/files/statements.js';
import type { EngineTarget } from '../src/engine/target.js';

const loaded = await loadConfig({ cwd: process.cwd() });
const resolved = resolveTarget(undefined, loaded.config, process.env);
await loadGrammar();
const target: EngineTarget = {
  name: resolved.name,
  url: process.env.BENCH_DATABASE_URL ?? '',
  ledger: 'pawl',
  lockTimeout: 3_000,
  statementTimeout: 0,
  late: 'apply',
  retired: [],
  showQueries: false,
  showValues: false,
};
const control = { signal: new AbortController().signal, report: () => undefined };

const started = performance.now();
const release = await readRelease(resolved, loaded.root);
const [stage] = [...release.migrations.values()];
const claim = { deployId: `engine-${Date.now()}`, owner: 'bench', release: release.digest };
const begun = await beginDeploy(target, { claim, attempt: Date.now(), label: 'bench', by: 'bench' }, [stage!], control);
const owner = { deployId: claim.deployId, epoch: begun.epoch, attempt: Date.now() };
await applyPending(
  { target, owner, stage: stage!, after: begun.plan.position, limit: Infinity, milliseconds: Number.MAX_SAFE_INTEGER },
  control,
);
process.stdout.write(String(performance.now() - started));
