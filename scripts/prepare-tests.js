// Brings what tests need beside npm packages: a build that is up to date, the temporal program, Chromium, PgBouncer, Prometheus,
// ssh-keygen, and pg_dump with a server of its own version, which squash dumps from.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Test projects by what they need; without arguments that choose, all run. */
const NEEDS = {
  temporal: ['workflow', 'crash', 'cli', 'web', 'record'],
  chromium: ['web'],
  pgbouncer: ['postgres'],
  prometheus: ['cli'],
  pg_dump: ['postgres', 'cli'],
  'ssh-keygen': ['workflow'],
};

/** Debian's packages, where they are not called as the program is. */
const PACKAGES = { pg_dump: 'postgresql', 'ssh-keygen': 'openssh-client' };

/** @param {string[]} args of vitest */
export async function prepare(args) {
  if (isStale()) execFileSync(process.execPath, ['scripts/build.js'], { cwd: root, stdio: ['ignore', 2, 2] });
  const chosen = chosenProjects(args);
  const needed = Object.keys(NEEDS).filter((what) => chosen.length === 0 || NEEDS[what].some((name) => chosen.includes(name)));
  installPrograms(needed.filter((what) => what !== 'temporal' && !isInstalled(what)));
  if (needed.includes('temporal')) {
    const { findTemporal } = await import('../dist/embedded/temporal.js');
    await findTemporal(everyTenth((line) => console.error(line)));
  }
}

/** Names from `--project x`, `--project=x` and paths such as `test/unit/x.test.ts`. */
function chosenProjects(args) {
  return args.flatMap((arg, at) => {
    const project = /^--project=(.+)/.exec(arg)?.[1] ?? (args[at - 1] === '--project' ? arg : undefined);
    return project ?? /(?:^|\/)test\/(\w+)/.exec(arg)?.[1] ?? [];
  });
}

// The build writes the bundle last, so an older or missing one tells of sources that changed and of a build that failed.
function isStale() {
  const bundle = join(root, 'dist/workflow-bundle.js');
  return !existsSync(bundle) || newest(join(root, 'src')) > statSync(bundle).mtimeMs;
}

/** A folder counts too: it changes when a file in it is removed. */
function newest(path) {
  const stat = statSync(path);
  const below = stat.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [];
  return Math.max(stat.mtimeMs, ...below);
}

function isInstalled(program) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Where we may not install, the tests that need a program fail and say so. */
function installPrograms(missing) {
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    console.error(
      `Not installed: ${missing.join(', ')}. The tests that need them will fail; install them, for example with apt-get.`,
    );
    return;
  }
  const packages = missing.map((program) => PACKAGES[program] ?? program);
  const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 600_000 };
  try {
    execFileSync('apt-get', ['update'], options);
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options);
  } catch (error) {
    console.error(`${error.message}. The tests that need ${missing.join(', ')} will fail.`);
  }
}

/** A build with Go names hundreds of packages. */
function everyTenth(write) {
  let lines = 0;
  return (line) => {
    if (lines < 10 || lines % 10 === 0) write(line);
    lines += 1;
  };
}
