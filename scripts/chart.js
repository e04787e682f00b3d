// Lints the charts with the real helm, renders the plain manifests in deploy/manifests, and holds all that is rendered against the
// schemas of several Kubernetes: `npm run chart`. helm is built by go install, the schemas come with a package of pip.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pawl', 'chart');
const HELM = 'helm.sh/helm/v3/cmd/helm@v3.19.0';
const VALIDATE = 'kubernetes-validate==1.37.0';
const VERSIONS = ['1.30.0', '1.33.0', '1.37.0'];

mkdirSync(cache, { recursive: true });
const helm = goProgram('helm', HELM);
const kubernetesValidate = validator();

const charts = join(root, 'deploy/helm');
const pawl = join(charts, 'pawl');
const service = join(charts, 'example-service');
run(helm, 'lint', '--strict', pawl);
run(helm, 'dependency', 'build', service);
run(helm, 'lint', '--strict', service);

const plain = render('orders', pawl, '--set', 'networkPolicy.enabled=true');
validate('the plain manifests', plain);
validate('everything turned on', render('orders', pawl, '--values', join(pawl, 'ci/everything.yaml')));
validate('as a hook with its own worker', render('orders', pawl, '--set', 'deploy.as=helm-hook'));
validate('as a dependency of a service', render('shop', service));
for (const [what, ...wrong] of [
  ['deploy.as', '--set', 'deploy.as=nonsense'],
  ['codec without keys', '--set', 'codec.enabled=true'],
]) {
  if (!refuses('orders', pawl, ...wrong)) throw new Error(`the chart takes a wrong ${what}`);
}
rmSync(join(service, 'charts'), { recursive: true });

const manifests = join(root, 'deploy/manifests');
rmSync(manifests, { recursive: true, force: true });
mkdirSync(manifests, { recursive: true });
for (const [name, text] of Object.entries(byTemplate(plain))) writeFileSync(join(manifests, name), text);
console.log(`wrote ${readdirSync(manifests).join(', ')} to deploy/manifests`);

/** Rendered as `kubectl apply` takes it: without tests and without what only Helm reads. */
function render(release, chart, ...values) {
  return execFileSync(
    helm,
    ['template', release, chart, '--namespace', 'orders', '--kube-version', VERSIONS[1], '--skip-tests', ...values],
    { encoding: 'utf8' },
  );
}

function refuses(release, chart, ...values) {
  try {
    execFileSync(helm, ['template', release, chart, '--kube-version', VERSIONS[1], ...values], { stdio: 'pipe' });
    return false;
  } catch {
    return true;
  }
}

/** ServiceMonitor is not of Kubernetes itself. */
function validate(what, text) {
  const own = text.split(/^---\n/m).filter((part) => part.trim() !== '' && !/^kind: ServiceMonitor$/m.test(part));
  const file = join(cache, 'rendered.yaml');
  writeFileSync(file, own.join('---\n'));
  for (const version of VERSIONS) {
    const said = execFileSync(kubernetesValidate, ['--kubernetes-version', version, '--strict', file], { encoding: 'utf8' });
    console.log(`${what}, Kubernetes ${version}: ${said.trim().split('\n').length} of ${own.length} resources valid`);
  }
}

/** One file for each template, in their order. */
function byTemplate(text) {
  const files = {};
  for (const part of text.split(/^---\n/m).filter((each) => each.trim() !== '')) {
    const [, name] = /^# Source: .*\/(.*\.yaml)$/m.exec(part) ?? [];
    const body = part
      .replace(/^# Source: .*\n/m, '')
      .replaceAll(/^ *(helm\.sh\/chart|app\.kubernetes\.io\/managed-by): .*\n/gm, '');
    files[name] = `${files[name] === undefined ? '' : `${files[name]}---\n`}${body.trimEnd()}\n`;
  }
  return files;
}

function goProgram(name, module) {
  const [, version] = module.split('@');
  const directory = join(cache, `${name}-${version}`);
  const program = join(directory, name);
  if (!existsSync(program))
    execFileSync('go', ['install', module], { stdio: 'inherit', env: { ...process.env, GOBIN: directory } });
  return program;
}

function validator() {
  const environment = join(cache, 'validate');
  const program = join(environment, 'bin/kubernetes-validate');
  if (!existsSync(program)) {
    run('python3', '-m', 'venv', environment);
    run(join(environment, 'bin/pip'), 'install', '--quiet', VALIDATE);
  }
  return program;
}

function run(program, ...args) {
  execFileSync(program, args, { stdio: 'inherit' });
}
