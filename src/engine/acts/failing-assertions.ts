import type { Control } from '../control.js';
import { EngineError } from '../error.js';
import { findingFrom, type PlanFinding } from '../finding.js';
import type { EngineTarget } from '../target.js';
import { assertFiles, type AssertionFile } from './assert.js';

/** Asserts each file, also after one that fails. @throws EngineError where the database cannot be asked */
export async function failingAssertions(
  target: EngineTarget,
  files: readonly AssertionFile[],
  control: Control,
): Promise<PlanFinding[]> {
  const failing: PlanFinding[] = [];
  for (const file of files) {
    try {
      await assertFiles(target, [file], control);
    } catch (error) {
      if (!(error instanceof EngineError) || error.verdict === 'retry') throw error;
      failing.push(findingFrom(error));
    }
  }
  return failing;
}
