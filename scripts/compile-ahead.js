import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

const SELF = fileURLToPath(import.meta.url);

/** Commands that compile what matters; each gets as far as to a server that is not there, and adds to what the one before left. */
const COMMANDS = ['plan', 'worker', 'deploy'];

const NOWHERE = '127.0.0.1:1';

/**
 * Leaves beside the files of the bundled command line what V8 compiles of them when they run, for this version of Node.
 * @param {string} dist holds `bin`
 */
export function compileAhead(dist) {
  const project = mkdtempSync(join(tmpdir(), 'pawl-compile-'));
  writeFileSync(
    join(project, 'pawl.config.yaml'),
    'targets: { none: { database: { env: NOWHERE }, stages: [{ migrate: . }] } }\n',
  );
  writeFileSync(join(project, '001_none.sql'), 'select 1;\n');
  const env = { ...process.env, TEMPORAL_ADDRESS: NOWHERE, NOWHERE: `postgres://${NOWHERE}/none` };
  try {
    for (const command of COMMANDS) {
      const { status, stderr } = spawnSync(execPath, [SELF, join(dist, 'bin'), command], { cwd: project, env, timeout: 60_000 });
      if (status !== 4) console.warn(`pawl ${command} was not compiled ahead; it ended with ${status}: ${stderr}`);
    }
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/** Runs a command, and writes what was compiled of each file when it ends. */
function record(bin, command) {
  const program = join(bin, 'pawl.js');
  const { launch, compiledName } = createRequire(SELF)(program);
  const scripts = new Map();
  process.argv = [execPath, program, command];
  process.on('exit', () => {
    for (const [file, script] of scripts) writeFileSync(compiledName(file), script.createCachedData());
  });
  launch(join(bin, 'main.js'), (file, script) => scripts.set(file, script));
  // Compiled code fits the flags of the moment when it is written out, which has to be those of the moment when it is loaded: before a
  // command sets its own.
  v8.setFlagsFromString = () => undefined;
}

if (argv[1] === SELF) record(argv[2], argv[3]);
