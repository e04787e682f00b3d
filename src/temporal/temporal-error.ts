/** Temporal does not let us do what was asked. Nothing was started; the process exits with 4. */
export class TemporalError extends Error {
  override readonly name = 'TemporalError';

  constructor(
    readonly code:
      | 'TEMPORAL_CONFIG'
      | 'TEMPORAL_UNREACHABLE'
      | 'TEMPORAL_NAMESPACE'
      | 'TEMPORAL_DENIED'
      | 'TEMPORAL_NO_ATTRIBUTES'
      | 'TEMPORAL_NO_WORKER'
      | 'CODEC_KEYS',
    message: string,
    /** What the person does now, as a sentence. */
    readonly next: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}
