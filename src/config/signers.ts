import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { EngineError } from '../engine/error.js';
import { checksum } from '../engine/files/checksum.js';
import { isPrincipal, readAllowedSigners, type AllowedSigner } from '../signature/allowed-signers.js';
import { counted } from '../text/counted.js';
import type { Stage } from './schema.js';

/** Who may sign an approval, by the file of the release. */
export interface StageSigners {
  /** Relative to the folder of the configuration. */
  readonly file: string;
  readonly checksum: string;
  readonly signers: readonly AllowedSigner[];
}

type Approve = Extract<Stage, { approve: unknown }>['approve'];

/** Reads the signers of an approval, and says what is wrong with them: a line, or that nobody could give the approval. */
export async function readSigners(
  { name, of = 1, by, allowedSigners }: Approve & { readonly allowedSigners: string },
  root: string,
): Promise<{ read: StageSigners | undefined; wrong: readonly EngineError[] }> {
  const file = posix.normalize(allowedSigners);
  const text = await readFile(join(root, file), 'utf8').catch((error: unknown) => error as NodeJS.ErrnoException);
  if (typeof text !== 'string') {
    const cause = text.code === 'ENOENT' ? 'there is no such file' : text.message;
    return { read: undefined, wrong: [fault(`${file}: ${cause}; the approval "${name}" is signed by whom it lists`)] };
  }
  const { signers, faults } = readAllowedSigners(text);
  const read = { file, checksum: checksum(text), signers };
  if (faults.length > 0)
    return { read, wrong: faults.map(({ line, message }) => fault(`${file}:${line}: ${message}`, { file, line, column: 1 })) };
  const keys = new Set(signers.map(({ fingerprint }) => fingerprint)).size;
  if (keys < of)
    return {
      read,
      wrong: [fault(`${file} lists ${counted(keys, 'key')}; the approval "${name}" asks for ${counted(of, 'person', 'people')}`)],
    };
  const unlisted = by?.filter((one) => !signers.some((signer) => isPrincipal(signer, one))) ?? [];
  return {
    read,
    wrong: unlisted.map((one) => fault(`${file} lists no key of ${one}, who is to give the approval "${name}"`)),
  };
}

function fault(message: string, place?: { file: string; line: number; column: number }): EngineError {
  const next = 'Write one line for each person: ann@example.org ssh-ed25519 AAAA... (ALLOWED SIGNERS in man ssh-keygen).';
  return new EngineError('FILES_SIGNERS', 'refused', message, { next, place });
}
