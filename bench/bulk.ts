import { dropDatabase } from '../src/embedded/database.js';
import { smallMigrations } from './migrations.js';
import { startWorker, timeEngine, timePawl, type Bench } from './pawl.js';
import { emptyProject, migrationPath, pawlProject, write } from './project.js';
import { timePsql } from './psql.js';
import type { Peer, Runner } from './peers/peer.js';
import type { Servers } from './servers.js';
import { median, table, timed } from './timing.js';

/** Seconds into an empty database, with nothing pending, with one pending on all the others. */
interface Times {
  readonly all: number;
  readonly nothing?: number;
  readonly one?: number;
}

interface Contender {
  readonly name: string;
  readonly commits: string;
  readonly run: (migrations: readonly string[], next: string) => Promise<Times>;
}

/** Times N migrations by the floor, Pawl and its peers, by turns, and says how many times the floor each takes. */
export async function bulk(servers: Servers, n: number, repetitions: number, peers: readonly (Peer & Runner)[]): Promise<string> {
  const contenders = [...ours(servers), ...peers.map((peer) => contender(servers, peer))];
  const times = new Map<Contender, Times[]>(contenders.map((entry) => [entry, []]));
  const [next, ...migrations] = smallMigrations(n + 1).reverse();
  migrations.reverse();
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    // Whoever begins meets a cold machine: each does so once.
    const turn = contenders.map((_, index) => contenders[(index + repetition) % contenders.length]!);
    for (const entry of turn) times.get(entry)!.push(await entry.run(migrations, next!));
  }
  const floor = times.get(contenders[0]!)!.map(({ all }) => all);
  const rows = contenders.map((entry) => {
    const own = times.get(entry)!;
    const ratio = median(own.map(({ all }, index) => all / floor[index]!));
    return [entry.name, entry.commits, seconds(own, 'all'), ratio.toFixed(2), seconds(own, 'nothing'), seconds(own, 'one')];
  });
  return `### ${n} migrations\n\n${table(['', 'transactions', 'into an empty database, s', 'x floor', 'nothing pending, s', 'one pending, s'], rows)}`;
}

function seconds(times: readonly Times[], key: keyof Times): string {
  const known = times.map((entry) => entry[key]).filter((value) => value !== undefined);
  return known.length === 0 ? '' : median(known).toFixed(2);
}

function ours(servers: Servers): Contender[] {
  const project = async <T>(migrations: readonly string[], work: (bench: Bench) => Promise<T>): Promise<T> => {
    const bench = await pawlProject(servers, migrations);
    try {
      return await work(bench);
    } finally {
      await dropDatabase(servers.postgres.url, new URL(bench.url).pathname.slice(1));
    }
  };
  const each = 'each file';
  return [
    { name: 'psql (the floor)', commits: each, run: async (migrations) => ({ all: await timePsql(servers, migrations) }) },
    {
      name: 'Pawl, engine alone',
      commits: each,
      run: (migrations) => project(migrations, async (bench) => ({ all: await timeEngine(bench) })),
    },
    {
      name: '**pawl deploy**',
      commits: each,
      run: (migrations, next) =>
        project(migrations, async (bench) => {
          const worker = await startWorker(bench);
          const [all, nothing] = [await timePawl(bench, 'deploy'), await timePawl(bench, 'deploy')];
          await worker.end();
          write(bench.directory, { [migrationPath(migrations.length)]: next });
          const newer = await startWorker(bench);
          const one = await timePawl(bench, 'deploy');
          await newer.end();
          return { all, nothing, one };
        }),
    },
    same('pawl deploy --with-worker', project, ['deploy', '--with-worker']),
    same('pawl deploy --direct', project, ['deploy', '--direct']),
  ];
}

function same(
  name: string,
  project: <T>(migrations: readonly string[], work: (bench: Bench) => Promise<T>) => Promise<T>,
  args: string[],
): Contender {
  return {
    name,
    commits: 'each file',
    run: (migrations, next) =>
      project(migrations, async (bench) => {
        const [all, nothing] = [await timePawl(bench, ...args), await timePawl(bench, ...args)];
        write(bench.directory, { [migrationPath(migrations.length)]: next });
        return { all, nothing, one: await timePawl(bench, ...args) };
      }),
  };
}

function contender(servers: Servers, peer: Peer & Runner): Contender {
  return {
    name: peer.name,
    commits: peer.commits,
    async run(migrations, next) {
      const { directory, url } = await emptyProject(servers, peer.name);
      const up = (): Promise<number> => timed({ ...peer.up(url), cwd: directory });
      write(directory, peer.layout(migrations));
      const [all, nothing] = [await up(), await up()];
      write(directory, peer.layout([...migrations, next]));
      const one = await up();
      await dropDatabase(servers.postgres.url, new URL(url).pathname.slice(1));
      return { all, nothing, one };
    },
  };
}
