import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../src/embedded/free-port.js';
import { requireProgram } from '../test/support/program.js';

/** A Prometheus that scrapes the workers and evaluates ops/alerts.yaml. */
export interface Alerts {
  /** Such as `PawlDeployBlocked firing: The deploy of orders is blocked ...`; pending ones are true, and not for long enough yet. */
  readonly list: () => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

interface Alert {
  readonly state: 'pending' | 'firing';
  readonly labels: { readonly alertname: string };
  readonly annotations: { readonly summary: string };
}

/**
 * @param directory for its data
 * @param scraped `host:port` of the worker's metrics
 */
export async function startAlerts(directory: string, scraped: string): Promise<Alerts> {
  mkdirSync(directory, { recursive: true });
  const config = {
    global: { scrape_interval: '2s', evaluation_interval: '2s' },
    rule_files: [resolve('ops/alerts.yaml')],
    scrape_configs: [{ job_name: 'pawl', static_configs: [{ targets: [scraped] }] }],
  };
  const file = join(directory, 'prometheus.yml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const options = [`--config.file=${file}`, `--storage.tsdb.path=${directory}`, `--web.listen-address=${address}`];
  const prometheus: ChildProcess = spawn(requireProgram('prometheus'), options, { stdio: 'ignore' });
  const ended = once(prometheus, 'close');
  return {
    async list() {
      const { data } = (await (await fetch(`http://${address}/api/v1/alerts`)).json()) as { data: { alerts: Alert[] } };
      return data.alerts.map(({ state, labels, annotations }) => `${labels.alertname} ${state}: ${annotations.summary}`).sort();
    },
    async stop() {
      prometheus.kill('SIGKILL');
      await ended;
    },
  };
}
