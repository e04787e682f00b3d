import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from './program.js';

/** What a person decides about, when a deploy of a round is blocked. */
export interface Operator {
  /** @returns whether the deploy is to be started again */
  readonly decide: (output: string) => Promise<boolean>;
}

/** Decisions about one thing: more of them help nobody. */
const PATIENCE = 12;

/**
 * The person who looks after a deploy: corrects the file that was faulty, lets continue what a DBA has cancelled, and ends a deploy whose server
 * has changed. Whatever else blocks is an anomaly.
 * @param corrected what the faulty file is to hold
 * @param release makes the workers start again, with the files that are there now
 */
export function createOperator(options: {
  readonly main: string;
  readonly target: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly corrected: { readonly path: string; readonly text: string };
  readonly release: () => void;
  readonly count: (what: string) => void;
}): Operator {
  const { main, target, directory, env, corrected, release, count } = options;
  let fixed = false;
  let decisions = 0;
  const pawl = (...args: string[]) => startProgram(main, args, directory, env).ended;
  return {
    async decide(output) {
      decisions += 1;
      if (decisions > PATIENCE) return false;
      const last = output.slice(-4_000);
      if (/timeline|another server|SERVER_CHANGED/i.test(last)) {
        await pawl('cancel', target, '--reason', 'failover');
        return true;
      }
      if (/pg_cancel_backend/.test(last.replaceAll(/\s+/g, ' '))) {
        await pawl('retry', target, '--by', 'dba', '--reason', 'cancelled too much');
        return true;
      }
      if (!last.includes(corrected.path.split('/').at(-1)!)) return false;
      if (!fixed) {
        fixed = true;
        writeFileSync(join(directory, corrected.path), corrected.text);
        count('a half applied file is corrected');
        release();
      }
      return true;
    },
  };
}
