import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the peers are installed, once; nothing of them is in the repository. */
export const TOOLS = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pawl', 'bench-tools');

/** @throws what the installer said */
async function install(command: string, args: string[], env: NodeJS.ProcessEnv = {}, cwd = TOOLS): Promise<void> {
  mkdirSync(cwd, { recursive: true });
  await run(command, args, { cwd, env: { ...process.env, ...env }, timeout: 1_500_000, maxBuffer: 1 << 26 });
}

/** @returns the program */
export async function goInstall(module: string, program: string, tags = ''): Promise<string> {
  const path = join(TOOLS, 'bin', program);
  if (!existsSync(path)) await install('go', ['install', '-tags', tags, module], { GOBIN: join(TOOLS, 'bin') });
  return path;
}

/** @returns the folder of the packages' programs */
export async function npmInstall(...packages: string[]): Promise<string> {
  const folder = join(TOOLS, 'npm');
  const names = packages.map((wanted) => wanted.replace(/(?<=.)@[^/]*$/, ''));
  if (!names.every((name) => existsSync(join(folder, 'node_modules', name))))
    await install('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ...packages]);
  return join(folder, 'node_modules', '.bin');
}

/** Says the version of an installed package: not every program knows its own. */
export function npmVersion(name: string): readonly string[] {
  return ['node', '-p', `JSON.parse(fs.readFileSync('${join(TOOLS, 'npm/node_modules', name, 'package.json')}')).version`];
}

/** @param program what tells that the packages are there @returns the folder of the programs */
export async function pipInstall(program: string, ...packages: string[]): Promise<string> {
  const folder = join(TOOLS, 'python');
  if (!existsSync(join(folder, 'bin', program))) {
    await install('python3', ['-m', 'venv', folder]);
    await install(join(folder, 'bin/pip'), ['install', '--quiet', ...packages]);
  }
  return join(folder, 'bin');
}

/** @param features those besides which none is wanted @returns the program */
export async function cargoInstall(crate: string, program: string, features?: string): Promise<string> {
  const path = join(TOOLS, 'bin', program);
  const only = features === undefined ? [] : ['--no-default-features', '--features', features];
  if (!existsSync(path)) await install('cargo', ['install', '--root', TOOLS, ...only, crate]);
  return path;
}

/** @param artifacts `group:artifact:version` @returns the class path */
export async function mavenInstall(...artifacts: string[]): Promise<string> {
  const folder = join(TOOLS, 'java');
  const names = artifacts.map((artifact) => artifact.split(':'));
  if (!names.every(([, artifact, version]) => existsSync(join(folder, `jars/${artifact}-${version}.jar`)))) {
    mkdirSync(folder, { recursive: true });
    const dependencies = names.map(
      ([group, artifact, version]) =>
        `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
    );
    const head = '<modelVersion>4.0.0</modelVersion><groupId>bench</groupId><artifactId>bench</artifactId><version>1</version>';
    writeFileSync(join(folder, 'pom.xml'), `<project>${head}<dependencies>${dependencies.join('')}</dependencies></project>`);
    await install('mvn', ['-q', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], {}, folder);
  }
  return join(folder, 'jars', '*');
}
