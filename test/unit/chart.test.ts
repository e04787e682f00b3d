import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { EXIT } from '../../src/cli/exit-code.js';
import { createProgram } from '../../src/cli/program.js';
import { verbTree } from '../../src/cli/verb-tree.js';

/** `npm run chart` renders the manifests with the real helm and validates them; here they are held against Pawl itself. */
interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string }[];
  readonly envFrom?: readonly { readonly secretRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
}
interface Pod {
  readonly containers: readonly Container[];
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Readonly<Record<string, unknown>>;
}
interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template?: { readonly spec: Pod }; readonly podFailurePolicy?: { readonly rules: readonly Rule[] } };
}
interface Rule {
  readonly onExitCodes?: { readonly values: readonly number[] };
}

const MANIFESTS = 'deploy/manifests';
const CHART = 'deploy/helm/pawl';
const resources = readdirSync(MANIFESTS).flatMap((name) =>
  parseAllDocuments(readFileSync(join(MANIFESTS, name), 'utf8')).map((document) => document.toJS() as Resource),
);
const pods = resources.flatMap(({ spec }) => spec?.template?.spec ?? []);
const pod = (kind: string): Pod => resources.find((resource) => resource.kind === kind)!.spec.template!.spec;
const templates = readdirSync(join(CHART, 'templates'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /[.](yaml|tpl|txt)$/.test(name))
  .map((name) => readFileSync(join(CHART, 'templates', name), 'utf8'));

/** Whether the command line takes it. */
async function isUnderstood(args: readonly string[]): Promise<boolean> {
  let understood = false;
  const program = createProgram('', () => {
    understood = true;
    return Promise.resolve();
  });
  await program.parseAsync([...args], { from: 'user' });
  return understood;
}

describe('the plain manifests', () => {
  it('are a worker, a deploy Job and what belongs to them', () => {
    expect(resources.map(({ kind }) => kind).sort()).toEqual([
      'Deployment',
      'Job',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'ServiceAccount',
    ]);
  });
  it('run commands that the command line takes', async () => {
    for (const { containers } of pods)
      for (const { args } of containers) expect(await isUnderstood(args!), args!.join(' ')).toBe(true);
  });
  it('give the worker longer to end than it drains, and the 30 s in which it hands over', () => {
    const { containers, terminationGracePeriodSeconds } = pod('Deployment');
    const drain = /^--drain=(\d+)s$/.exec(containers[0]!.args!.find((argument) => argument.startsWith('--drain'))!)![1];
    expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(drain) + 30);
  });
  it('give the address of the database to the worker alone, and no pod a token of Kubernetes', () => {
    const secrets = (kind: string) =>
      pod(kind).containers.flatMap(({ envFrom = [] }) => envFrom.map(({ secretRef }) => secretRef.name));
    expect(secrets('Deployment')).toEqual(['orders-database']);
    expect(secrets('Job')).toEqual([]);
    for (const { automountServiceAccountToken, securityContext, containers } of pods) {
      expect(automountServiceAccountToken).toBe(false);
      expect(securityContext).toMatchObject({ runAsNonRoot: true });
      for (const container of containers)
        expect(container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
    }
  });
  it('have no second try where another one of the same says the same', () => {
    const { rules } = resources.find(({ kind }) => kind === 'Job')!.spec.podFailurePolicy!;
    const { usage, blocked, failed, cancelled, busy } = EXIT;
    expect(rules.flatMap(({ onExitCodes }) => onExitCodes?.values ?? [])).toEqual([usage, blocked, failed, cancelled, busy]);
  });
  it('set variables that the documentation of the configuration knows', () => {
    const known = readFileSync('docs/configuration.md', 'utf8');
    const set = pods.flatMap(({ containers }) => containers.flatMap(({ env = [] }) => env.map(({ name }) => name)));
    for (const name of new Set(set.filter((each) => each !== 'CI'))) expect(known, name).toContain(`\`${name}\``);
  });
});

describe('the chart', () => {
  const values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Record<string, unknown>;
  const has = (path: string): boolean =>
    path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], values) !== undefined;

  it('has a value for each that its templates read, and reads each that it has', () => {
    const text = templates.join('\n');
    const read = [...text.matchAll(/\.Values\.([\w.]+)/g)].map(([, path]) => path!);
    expect(read.filter((path) => !has(path))).toEqual([]);
    const unread = Object.entries(values).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.keys(value).map((below) => `${key}.${below}`)
        : [key],
    );
    expect(
      unread.filter((path) => !read.some((each) => each === path || each.startsWith(`${path}.`) || each === path.split('.')[0])),
    ).toEqual([]);
  });
  it('uses only options of the command line', () => {
    const options = new Set(
      verbTree(createProgram('', () => Promise.resolve())).flatMap((entry) => entry.options.map(({ long }) => long)),
    );
    const used = templates.flatMap((text) =>
      [...text.replaceAll(/\{\{.*?\}\}/g, '').matchAll(/^ +- (--[a-z-]+)/gm)].map(([, option]) => option!),
    );
    expect(used.length).toBeGreaterThan(5);
    for (const option of used) expect(options, option).toContain(option);
  });
  it('is of the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'))).toMatchObject({ version, appVersion: version });
  });
});
