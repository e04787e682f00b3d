import type { CheckRemark, Statistics } from '../check/report.js';

/** What stands in a throwaway database before the deploy that is checked. */
export interface Start {
  /** As a report names it, such as `a copy of orders`. */
  readonly name: string;
  /**
   * Puts it into an empty database, with the ledger that says what is applied.
   * @returns how it differs from what it stands for
   * @throws EngineError
   */
  readonly prepare: (url: string) => Promise<readonly CheckRemark[]>;
  /** Roles that it takes for granted. */
  readonly roles: readonly string[];
  /** False where tables are copied without their rows, so that an assertion on rows says nothing. */
  readonly rows: boolean;
  /** It is made by running files, so what the platform brings has to be there first; a copy has it already. */
  readonly runsFiles?: true;
  /** Major version of the server that it stands for. */
  readonly major?: number | undefined;
  /** Sizes of the tables that it is a copy of. */
  readonly statistics?: Statistics | undefined;
}
