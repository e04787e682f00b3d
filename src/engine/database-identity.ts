/** What tells one database from another. Holds no secret. */
export interface DatabaseIdentity {
  /** Where it was reached: `orders on db.example`. */
  readonly label: string;
  /** As the server calls it. */
  readonly name: string;
  /** When the server process started, in milliseconds since 1970: the same for whoever asks it, another one for any other server. */
  readonly started: number;
  /** Of the cluster; empty where the server does not tell. Copies of a disk have the same. */
  readonly system: string;
  /** Id of the ledger; empty where there is none yet. Copies have the same. */
  readonly ledger: string;
}

/**
 * Whether two looks were at different databases, as far as that can be known. One server process is one server, by whatever name it was
 * reached; after a restart or a failover the name that was dialled has to tell.
 */
export function isAnotherDatabase(a: DatabaseIdentity, b: DatabaseIdentity): boolean {
  if (a.name !== b.name || differs(a.system, b.system) || differs(a.ledger, b.ledger)) return true;
  return a.started !== b.started && a.label !== b.label;
}

/** What is not known is never compared. */
const differs = (a: string, b: string): boolean => a !== '' && b !== '' && a !== b;
