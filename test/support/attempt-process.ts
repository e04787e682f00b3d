// Run with fork: one attempt at a whole deploy by the engine alone, as a worker makes one; a second process is a second attempt.
import { applyPending } from '../../src/engine/acts/apply.js';
import type { Control } from '../../src/engine/control.js';
import { assertConstraints } from '../../src/engine/constraints/assert.js';
import { beginDeploy, refusalOf } from '../../src/engine/acts/begin.js';
import { finishDeploy, verifyComplete } from '../../src/engine/acts/finish.js';
import { EngineError } from '../../src/engine/error.js';
import { readDirectives } from '../../src/engine/files/directives.js';
import { migration, stageOf, targetOf } from './engine.js';
import type { AttemptNews, AttemptOrder } from './attempt.js';

const order = JSON.parse(process.argv[2] ?? '') as AttemptOrder;
const tell = (news: AttemptNews): void => {
  process.send?.(news);
};
const control: Control = {
  signal: new AbortController().signal,
  report: (progress) => tell({ kind: 'progress', progress }),
};
const target = targetOf({ url: order.url }, order.settings);
const fileOf = ([version, sql]: readonly [string, string]) => {
  const { directives } = readDirectives(sql, version);
  const squashed = directives.some(({ name }) => name === 'squashes');
  return migration(version, sql, { directives, ...(squashed && { name: `${version}_squashed.sql` }) });
};
const stages = [stageOf(order.migrations.map(fileOf))];
if (order.constraints)
  stages.push(
    stageOf(
      order.constraints.map(([version, sql]) => migration(version, sql)),
      'constraints',
    ),
  );
const { deployId, owner: claimant } = order;

try {
  const claim = { deployId, owner: claimant, release: 'r' };
  const begun = await beginDeploy(target, { claim, attempt: Date.now(), label: 'test', by: 'tester' }, stages, control);
  const refusal = refusalOf(begun.plan);
  if (refusal) throw refusal;
  tell({ kind: 'begun', epoch: begun.epoch });
  const owner = () => ({ deployId, epoch: begun.epoch, attempt: Date.now() });
  for (const stage of stages) {
    for (let remaining = 1; remaining > 0;) {
      const milliseconds = order.milliseconds ?? 0;
      const request = { target, owner: owner(), stage, after: begun.plan.position, limit: Infinity, milliseconds };
      const outcome = await applyPending(request, control);
      tell({ kind: 'applied', versions: outcome.applied.map((row) => row.version) });
      remaining = outcome.remaining;
    }
    if (stage.kind === 'constraints') await assertConstraints(target, owner(), stage, control);
  }
  await verifyComplete(target, owner(), stages, control);
  await finishDeploy(target, owner(), { outcome: 'done' }, control);
  tell({ kind: 'done' });
} catch (error) {
  const { code, verdict, message } =
    error instanceof EngineError
      ? error
      : { ...(error as Error), code: 'UNEXPECTED' as const, verdict: 'blocked' as const, message: String(error) };
  tell({ kind: 'failed', code, verdict, message });
}
process.disconnect?.();
