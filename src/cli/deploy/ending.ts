import type { DeployResult, DeployStatus } from '../../contract/deploy.js';

/** How following a deploy ended. `status` is the last one that a worker told. */
export type Ending =
  | {
      readonly kind: 'done' | 'cancelled' | 'superseded';
      readonly result?: DeployResult | undefined;
      readonly status?: DeployStatus | undefined;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly status?: DeployStatus | undefined }
  | { readonly kind: 'blocked'; readonly status: DeployStatus }
  | { readonly kind: 'detached'; readonly status?: DeployStatus | undefined };
