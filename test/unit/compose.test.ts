import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../../src/contract/names.js';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const root = join(import.meta.dirname, '../..');
const { services } = parse(readFileSync(join(root, 'docker-compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

/** Names of files and folders that the Dockerfile copies from the project. */
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '));

describe('docker-compose.yaml', () => {
  test('has Temporal, PostgreSQL, a worker, a deploy and a dependent', () => {
    expect(Object.keys(services).sort()).toEqual(['deploy', 'orders', 'postgres', 'temporal', 'worker']);
    expect(services['temporal']!.image).toMatch(/^temporalio\/temporal:\d+\.\d+\.\d+$/);
    expect(services['postgres']!.image).toBe('postgres:18');
  });

  test('registers every search attribute as a keyword', () => {
    const flags = SEARCH_ATTRIBUTES.map((name) => `--search-attribute=${name}=Keyword`);
    expect(services['temporal']!.command!.filter((flag) => flag.startsWith('--search-attribute'))).toEqual(flags);
  });

  test('checks the health of what stays up, and starts what depends on it by that', () => {
    for (const name of ['temporal', 'postgres', 'worker', 'orders']) expect(services[name]!.healthcheck, name).toBeDefined();
    const order = Object.fromEntries(Object.entries(services).map(([name, service]) => [name, service.depends_on ?? {}]));
    const healthy = { condition: 'service_healthy' };
    expect(order).toEqual({
      temporal: {},
      postgres: {},
      worker: { temporal: healthy, postgres: healthy },
      deploy: { worker: healthy },
      orders: { postgres: healthy },
    });
  });

  test('gives each of ours the database and Temporal by the names of their services', () => {
    for (const name of ['worker', 'deploy', 'orders']) {
      expect(services[name]!.environment, name).toMatchObject({
        ORDERS_DATABASE_URL: expect.stringContaining('@postgres:5432/') as string,
        TEMPORAL_ADDRESS: 'temporal:7233',
      });
    }
  });

  test('runs scripts that are in the image', () => {
    const words = Object.values(services).flatMap((service) => [
      ...(service.command ?? []),
      ...(service.entrypoint ?? []),
      ...(service.healthcheck?.test ?? []),
    ]);
    const scripts = words.filter((word) => /^\w+\/.*\.js$/.test(word));
    expect(scripts).toHaveLength(1);
    for (const script of scripts) {
      expect(existsSync(join(root, script)), script).toBe(true);
      expect(copied).toContain(script.split('/')[0]);
    }
  });
});

describe('Dockerfile', () => {
  test('copies only what exists and is sent to the build', () => {
    const sent = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    expect(copied.length).toBeGreaterThan(5);
    for (const name of copied) {
      expect(existsSync(join(root, name)), name).toBe(true);
      expect(sent).toContain(`!${name.split('/')[0]}`);
    }
  });

  test('does not run as root', () => {
    expect(dockerfile.split('\n').findLast((line) => line.startsWith('USER '))).toBe('USER node');
  });
});
