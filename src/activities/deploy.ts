import type { DeployActivities } from '../contract/activities.js';
import { apply } from './apply.js';
import { assertConstraints } from './assert-constraints.js';
import { assertFiles } from './assert-files.js';
import { begin } from './begin.js';
import { decide } from './decide.js';
import { describeRelease } from './describe-release.js';
import type { Dependencies } from './dependencies.js';
import { execute } from './execute.js';
import { fence } from './fence.js';
import { finish } from './finish.js';
import { inspect } from './inspect.js';
import { notify } from './notify.js';
import { proveApproval } from './prove-approval.js';
import { signal } from './signal.js';
import { skip } from './skip.js';
import { verify } from './verify.js';

/** The activities of a deploy: each takes the request apart, calls the engine under heartbeat, and puts the answer together. */
export function createActivities(dependencies: Dependencies): DeployActivities {
  return {
    describeRelease: describeRelease(dependencies),
    inspect: inspect(dependencies),
    begin: begin(dependencies),
    apply: apply(dependencies),
    assertConstraints: assertConstraints(dependencies),
    assertFiles: assertFiles(dependencies),
    execute: execute(dependencies),
    signal: signal(dependencies),
    fence: fence(dependencies),
    skip: skip(dependencies),
    decide: decide(dependencies),
    proveApproval: proveApproval(dependencies),
    verify: verify(dependencies),
    finish: finish(dependencies),
    notify: notify(dependencies),
  };
}
