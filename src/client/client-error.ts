/**
 * A deploy cannot be started or steered as asked. Nothing was changed by the call that throws it.
 * @example
 * try {
 *   await decide({ target: 'orders', verb: 'retry', by: 'ann' });
 * } catch (error) {
 *   if (error instanceof ClientError && error.code === 'NO_DEPLOY') console.log(error.message, error.next);
 * }
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly code: ClientErrorCode,
    message: string,
    /** What to do now, as a sentence. */
    readonly next: string,
  ) {
    super(message);
  }
}

/** Each is explained in docs/errors.md. */
export type ClientErrorCode =
  'NO_DEPLOY' | 'NO_ANSWER' | 'TASK_FAILING' | 'REFUSED' | 'BUSY' | 'ABANDONED' | 'NO_RELEASE' | (typeof SIGNATURE_CODES)[number];

/** Why a signed approval is refused. */
export const SIGNATURE_CODES = ['SIGNATURE_MISSING', 'SIGNATURE_INVALID', 'SIGNER_UNKNOWN', 'SIGNER_EXPIRED'] as const;
