import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../src/embedded/free-port.js';
import { startTemporal } from '../src/embedded/temporal.js';
import { isAlive } from '../test/support/alive.js';
import { temporaryDirectory } from '../test/support/directory.js';
import { createPrivatePostgres, type PrivatePostgres } from '../test/support/private-postgres.js';
import { waitFor } from '../test/support/wait.js';

/** The two servers of a chaos run, which it may stop, kill and pause. */
export interface Servers {
  readonly postgres: PrivatePostgres;
  readonly temporalAddress: string;
  readonly stopTemporal: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** Starts it again on its port, with its history. */
  readonly startTemporal: () => Promise<void>;
  readonly restartTemporal: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  readonly pauseTemporal: (milliseconds: number) => Promise<void>;
  readonly restartPostgres: (mode: 'fast' | 'immediate' | 'kill') => Promise<void>;
  readonly pausePostgres: (milliseconds: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const place = temporaryDirectory();
  const postgres = await createPrivatePostgres();
  // Below the ports that systems pick by themselves: one of those another program may have taken when Temporal comes back.
  const port = await freePort(20_000 + (process.pid % 10_000));
  let temporal = await startTemporal({ directory: place.directory, port });
  const { address } = temporal;
  const pause = async (pid: number, milliseconds: number): Promise<void> => {
    process.kill(pid, 'SIGSTOP');
    await sleep(milliseconds);
    process.kill(pid, 'SIGCONT');
  };
  const stopTemporal = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    process.kill(temporal.pid, signal);
    await waitFor(() => !isAlive(temporal.pid), { what: 'Temporal to end' });
  };
  const startAgain = async (): Promise<void> => {
    const again = () => startTemporal({ directory: place.directory, port });
    const came = async (): Promise<boolean> => {
      // On a busy machine it may need longer than it is given; then the second start joins it.
      temporal = await again().catch(again);
      if (temporal.address === address) return true;
      await temporal.stop();
      return false;
    };
    await waitFor(came, { what: `Temporal to come back at ${address}` });
  };
  return {
    postgres,
    temporalAddress: address,
    stopTemporal,
    startTemporal: startAgain,
    async restartTemporal(signal) {
      await stopTemporal(signal);
      await startAgain();
    },
    pauseTemporal: (milliseconds) => pause(temporal.pid, milliseconds),
    async restartPostgres(mode) {
      await postgres.stop(mode);
      await postgres.start();
    },
    pausePostgres: (milliseconds) => pause(postgres.postmaster(), milliseconds),
    async stop() {
      await temporal.stop();
      await postgres.remove();
      await place.remove();
    },
  };
}
