import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What becomes of a piece of traffic: it passes; it is swallowed; both ends get FIN (`drop`) or RST (`reset`); or this connection goes
 * silent for good with both ends still open (`blackhole`), as when a cable is cut.
 */
export type Fate = 'pass' | 'swallow' | 'drop' | 'reset' | 'blackhole';
export type Rule = (chunk: Buffer, from: 'client' | 'server') => Fate;

export interface Proxy {
  readonly port: number;
  /** The same url, through this proxy. */
  readonly through: (url: string) => string;
  /** Decides about all traffic from now on; without one everything passes. */
  rule: Rule | undefined;
  /** How many connections are open. */
  readonly connections: () => number;
  /** Cuts all connections now, and every later one, until {@link heal}. */
  readonly cut: (how: 'drop' | 'reset' | 'blackhole') => void;
  readonly heal: () => void;
  readonly close: () => Promise<void>;
}

/** A TCP proxy to 127.0.0.1 that can break in the ways networks break. */
export async function startProxy(port: number): Promise<Proxy> {
  const pairs = new Set<Pair>();
  let broken: 'drop' | 'reset' | 'blackhole' | undefined;
  const server = createServer((client) => {
    const pair = new Pair(client, connect(port, '127.0.0.1'), () => proxy.rule);
    pairs.add(pair);
    client.on('close', () => pairs.delete(pair));
    if (broken) pair.meet(broken);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  const proxy: Proxy = {
    port: own,
    through(url) {
      const there = new URL(url);
      there.port = String(own);
      return there.href;
    },
    rule: undefined,
    connections: () => pairs.size,
    cut(how) {
      broken = how;
      for (const pair of pairs) pair.meet(how);
    },
    heal() {
      broken = undefined;
      proxy.rule = undefined;
    },
    async close() {
      for (const pair of pairs) pair.meet('reset');
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

class Pair {
  private silent = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly rule: () => Rule | undefined,
  ) {
    this.join(client, server, 'client');
    this.join(server, client, 'server');
  }

  meet(fate: Fate): void {
    if (fate === 'blackhole') this.silent = true;
    for (const socket of [this.client, this.server]) {
      if (fate === 'drop') socket.destroy();
      if (fate === 'reset') socket.resetAndDestroy();
    }
  }

  private join(from: Socket, to: Socket, name: 'client' | 'server'): void {
    from.on('data', (chunk) => {
      if (this.silent) return;
      const fate = this.rule()?.(chunk, name) ?? 'pass';
      if (fate === 'pass') to.write(chunk);
      else this.meet(fate);
    });
    from.on('end', () => !this.silent && to.end());
    // The other side is told in the same way.
    from.on('error', () => !this.silent && to.resetAndDestroy());
  }
}
