import { setTimeout as sleep } from 'node:timers/promises';
import { SEARCH_ATTRIBUTES } from '../contract/names.js';
import type { TemporalLink } from './link.js';
import { TemporalError } from './temporal-error.js';

/** temporal.api.enums.v1.IndexedValueType. */
const KEYWORD = 2;

/** gRPC status: somebody else has just created it. */
const ALREADY_EXISTS = 6;

/** The attributes that the namespace lacks, or has with a type that does not fit. */
export async function missingSearchAttributes({ client, namespace }: TemporalLink): Promise<string[]> {
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  return SEARCH_ATTRIBUTES.filter((name) => Number(customAttributes[name]) !== KEYWORD);
}

/**
 * Registers the attributes that are not there yet. A deploy that names an unknown attribute would be refused at its start,
 * and one that sets it later would hang.
 * @throws TemporalError `TEMPORAL_NO_ATTRIBUTES` with the command for somebody who may
 */
export async function ensureSearchAttributes(link: TemporalLink): Promise<void> {
  const { client, namespace } = link;
  let missing: readonly string[] = SEARCH_ATTRIBUTES;
  try {
    missing = await missingSearchAttributes(link);
    if (missing.length === 0) return;
    const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
    await client.connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    await untilVisible(link);
  } catch (error) {
    if ((error as { code?: number }).code === ALREADY_EXISTS) return untilVisible(link);
    throw cannotRegister(missing, namespace, error);
  }
}

/** A new attribute is known to all parts of the server a moment later only. */
async function untilVisible(link: TemporalLink): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const missing = await missingSearchAttributes(link);
    if (missing.length === 0) return;
    if (Date.now() > deadline) throw cannotRegister(missing, link.namespace, new Error('they did not appear within 10 s'));
    await sleep(100);
  }
}

function cannotRegister(missing: readonly string[], namespace: string, error: unknown): TemporalError {
  if (error instanceof TemporalError) return error;
  const { details, message } = error as { details?: string; message: string };
  return new TemporalError(
    'TEMPORAL_NO_ATTRIBUTES',
    `the search attributes ${missing.join(', ')} are not in namespace "${namespace}" and cannot be added: ${details ?? message}`,
    `Have an operator run: temporal operator search-attribute create --namespace ${namespace} ${missing.map((name) => `--name ${name} --type Keyword`).join(' ')}`,
    error,
  );
}
