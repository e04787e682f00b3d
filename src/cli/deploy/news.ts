import type { DeployStatus } from '../../contract/deploy.js';

/** Tells a person how a deploy goes on. */
export interface News {
  /** The newest status. */
  status(status: DeployStatus): void;
  /** Something about the connection rather than the deploy; the same text twice in a row is said once. */
  trouble(text: string | undefined): void;
  /** Nothing more will come. */
  end(): void;
}
