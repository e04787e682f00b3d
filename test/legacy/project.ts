import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { discoverMigrations } from '../../src/engine/files/discover.js';
import type { MigrationStage } from '../../src/engine/files/stage.js';
import { stageOf } from '../support/engine.js';
import { temporaryDirectory } from '../support/directory.js';
import type { Command, Installed } from './real-tool.js';

const execute = promisify(execFile);

/** A folder with a tool's project in it, which goes when the test ends. */
export class Project {
  readonly folder: string;

  constructor(readonly tool: Installed) {
    const { directory, remove } = temporaryDirectory();
    onTestFinished(remove);
    this.folder = directory;
  }

  /** Writes the project as it is with so many migrations; `broken` is the index of one that leaves a mark when it fails. */
  async write(migrations: readonly string[], broken?: number): Promise<void> {
    const { layout, breakable, sql, finish } = this.tool;
    const files = layout(migrations);
    const written = broken === undefined || !breakable ? files : breakable(files, broken);
    for (const [path, text] of Object.entries({ ...written, ...sql?.(migrations) })) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
    if (finish) await this.run(finish);
  }

  up(url: string, kill?: AbortSignal): Promise<string> {
    return this.run(this.tool.up(url), kill);
  }

  /** @throws with what the program said */
  async run({ command, env }: Command, kill?: AbortSignal): Promise<string> {
    const [program, ...args] = command;
    const options = { cwd: this.folder, env: { ...process.env, ...env }, timeout: 100_000, maxBuffer: 1 << 26 };
    const { stdout, stderr } = await execute(program!, args, {
      ...options,
      killSignal: 'SIGKILL',
      ...(kill && { signal: kill }),
    });
    return stdout + stderr;
  }

  async version(): Promise<string> {
    const said = await this.run({ command: this.tool.version });
    return /\d+\.\d+(\.\d+)?/.exec(said)?.[0] ?? said.trim();
  }

  /** What Pawl makes of it. */
  async stage(): Promise<MigrationStage> {
    const { directory, format } = this.tool;
    const { migrations, faults } = await discoverMigrations({ directory, format }, this.folder);
    if (faults.length > 0) throw faults[0]!;
    return stageOf([...migrations]);
  }

  /** The files that Pawl reads, by path. */
  files(below = this.tool.directory): Record<string, string> {
    return Object.fromEntries(
      readdirSync(join(this.folder, below)).flatMap((name) => {
        const path = join(below, name);
        if (statSync(join(this.folder, path)).isDirectory()) return Object.entries(this.files(path));
        return [[path, readFileSync(join(this.folder, path), 'utf8')]];
      }),
    );
  }
}
