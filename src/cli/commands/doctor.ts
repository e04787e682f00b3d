import { engineTarget } from '../../config/engine-target.js';
import { loadConfig, type LoadedConfig } from '../../config/load.js';
import { readRelease, type TargetRelease } from '../../config/release.js';
import { resolveTarget, type ResolvedTarget } from '../../config/resolve.js';
import type { DatabaseIdentity } from '../../contract/deploy.js';
import { reachedDatabase } from '../../engine/ledger/reached-database.js';
import { EngineError } from '../../engine/error.js';
import { counted } from '../../text/counted.js';
import type { Command, Context } from '../context.js';
import { check, checkList, type Check } from '../doctor/check.js';
import { checkDatabase } from '../doctor/database.js';
import { checkTemporal } from '../doctor/temporal.js';
import { EXIT } from '../exit-code.js';

export interface DoctorSettings {
  /** None checks all targets. */
  readonly target?: string | undefined;
}

/** Looks at everything that a deploy needs, and says the cure for each thing that is missing. Changes nothing. */
export const doctor: Command<DoctorSettings> = async (context, settings) => {
  const { output } = context;
  let loaded: LoadedConfig | undefined;
  const config = await check('configuration', async () => {
    loaded = await loadConfig({ cwd: context.cwd, file: context.configFile });
    return `${loaded.path}: ${Object.keys(loaded.config.targets).join(', ')}`;
  });
  const checks = loaded ? [config, ...(await checkAll(context, loaded, settings.target))] : [config];
  const failing = checks.filter(({ state }) => state === 'failing').length;
  const verdict =
    failing === 0 ? 'Ready to deploy.' : `${failing} of ${counted(checks.length, 'check')} ${failing === 1 ? 'fails' : 'fail'}.`;
  output.report(`${checkList(checks, output.look)}\n\n${verdict}`, { checks, failing });
  if (failing === 0) return EXIT.done;
  return loaded ? EXIT.failed : EXIT.usage;
};

async function checkAll(context: Context, loaded: LoadedConfig, name: string | undefined): Promise<Check[]> {
  const { config } = loaded;
  const targets =
    name === undefined
      ? Object.keys(config.targets).map((key) => resolveTarget(key, config, context.environment))
      : [resolveTarget(name, config, context.environment)];
  const checks: Check[] = [];
  const releases: Parameters<typeof checkTemporal>[0][number][] = [];
  for (const target of targets) {
    const { release, found, database } = await checkTarget(context, loaded, target);
    checks.push(...found.map((one) => (targets.length > 1 ? { ...one, subject: `${target.name} ${one.subject}` } : one)));
    releases.push({ target: target.name, environment: target.environment, digest: release.digest, database });
  }
  return [...checks, ...(await checkTemporal(releases))];
}

async function checkTarget(
  { environment }: Context,
  { root }: LoadedConfig,
  resolved: ResolvedTarget,
): Promise<{ release: TargetRelease; found: Check[]; database: DatabaseIdentity | undefined }> {
  const release = await readRelease(resolved, root);
  const stages = [...release.migrations.values()];
  const files = await check('files', () => Promise.resolve(describeFiles(release)));
  const { database: source } = resolved.target;
  const variable = await check('env' in source ? source.env : 'address', () => {
    engineTarget(resolved, environment);
    return Promise.resolve('env' in source ? 'is set' : 'is asked from a command');
  });
  if (variable.state !== 'fine') return { release, found: [files, variable], database: undefined };
  const target = engineTarget(resolved, environment);
  const found = [files, variable, ...(await checkDatabase(target, stages))];
  return { release, found, database: await reachedDatabase(target) };
}

function describeFiles({ faults, migrations, digest }: TargetRelease): string {
  const [first] = faults;
  if (first) throw new EngineError(first.code, 'refused', faults.map(({ message }) => message).join('; '), { next: first.next });
  const count = [...migrations.values()].reduce((sum, stage) => sum + stage.migrations.length, 0);
  return `${counted(count, 'migration')}, release ${digest}`;
}
