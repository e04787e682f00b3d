import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { AesCodec } from '../../temporal/aes-codec.js';
import { codecKeys, KEY_BYTES, KEYS_VARIABLE } from '../../temporal/codec-keys.js';
import { startCodecServer } from '../../temporal/codec-server.js';
import { TemporalError } from '../../temporal/temporal-error.js';
import type { Command } from '../context.js';
import { onInterrupt } from '../deploy/interrupt.js';
import { EXIT } from '../exit-code.js';

export interface CodecSettings {
  /** `host:port`. */
  readonly listen: string;
  /** Origins of Web UIs that may ask. */
  readonly origin: readonly string[];
}

/** Serves decryption to Temporal's Web UI and command line until it is told to stop. */
export const codecServe: Command<CodecSettings> = async ({ environment, output }, { listen, origin }) => {
  const keys = codecKeys(environment);
  if (keys.current === undefined)
    throw new TemporalError(
      'CODEC_KEYS',
      `${KEYS_VARIABLE} is not set, so there is nothing to decrypt with`,
      'pawl codec key makes a key.',
    );
  const interrupt = onInterrupt();
  const server = await startCodecServer({ codec: new AesCodec(keys), listen, origins: origin });
  const { port } = server.address() as AddressInfo;
  output.say(
    `Codec server at http://${listen.replace(/:\d+$/, '')}:${port}, for ${origin.join(', ')}; whoever reaches it can read all payloads.`,
  );
  if (!interrupt.signal.aborted) await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve));
  server.close();
  server.closeAllConnections();
  interrupt.dispose();
  output.document({ listen, stopped: true });
  return EXIT.done;
};

/** Prints a new key. */
export const codecKey: Command<{ readonly id?: string }> = ({ output }, { id = new Date().toISOString().slice(0, 10) }) => {
  const entry = `${id}:${randomBytes(KEY_BYTES).toString('base64')}`;
  output.report(entry, { entry });
  return Promise.resolve(EXIT.done);
};
