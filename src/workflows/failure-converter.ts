import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Of failures that workflows raise. The bundle is one for all; the worker that encrypts says so with a variable that it puts in front of the
 * code, for nothing of the environment is known in here.
 */
export const failureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: (globalThis as { PAWL_ENCODES_FAILURES?: boolean }).PAWL_ENCODES_FAILURES === true,
});
