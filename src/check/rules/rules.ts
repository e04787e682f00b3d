import { ac001 } from './ac001-revoked.js';
import { ac002 } from './ac002-row-security.js';
import { ci001 } from './ci001-if-not-exists.js';
import { cl001 } from './cl001-rewriting-column.js';
import { cl002 } from './cl002-type-change.js';
import { cl003 } from './cl003-required-column.js';
import { cl004 } from './cl004-breaking-change.js';
import { cl005 } from './cl005-column-type.js';
import { cn001 } from './cn001-validated-at-once.js';
import { cn002 } from './cn002-validated-in-same-transaction.js';
import { cn003 } from './cn003-unique.js';
import { cn004 } from './cn004-set-not-null.js';
import { cn005 } from './cn005-primary-key.js';
import { cn006 } from './cn006-guard-by-name.js';
import { cn007 } from './cn007-domain-constraint.js';
import { dm001 } from './dm001-unbatched.js';
import { ds001 } from './ds001-destroys.js';
import { ix001 } from './ix001-create-index.js';
import { ix002 } from './ix002-drop-index.js';
import { ix003 } from './ix003-reindex.js';
import { ix004 } from './ix004-if-not-exists.js';
import { ix005 } from './ix005-concurrent-on-partitioned.js';
import { ix006 } from './ix006-index-set.js';
import { lk001 } from './lk001-no-lock-timeout.js';
import { lk002 } from './lk002-heavy-command.js';
import { lk003 } from './lk003-partition.js';
import { lk004 } from './lk004-separate-passes.js';
import { lk005 } from './lk005-measured.js';
import { nm001 } from './nm001-version.js';
import { ow001 } from './ow001-foreign-owner.js';
import { ow002 } from './ow002-name.js';
import { re001 } from './re001-replica-identity.js';
import type { Rule } from './rule.js';
import { se001 } from './se001-beyond-database.js';
import { se002 } from './se002-ledger.js';
import { ts001 } from './ts001-timescale.js';
import { tx001 } from './tx001-transaction-control.js';
import { tx002 } from './tx002-split-commit.js';
import { tx003 } from './tx003-enum-label-used.js';
import { tx004 } from './tx004-session-state.js';
import { tx005 } from './tx005-commit-in-code.js';
import { tx006 } from './tx006-not-sql.js';
import { tx007 } from './tx007-work-under-lock.js';

/** All rules, in the order in which they look. The last two speak only of what none before them has explained. */
export const RULES: readonly Rule[] = [
  ...[nm001, tx001, tx002, tx003, tx004, tx005, tx006],
  ...[ix001, ix002, ix003, ix004, ix005, ix006],
  ...[cn001, cn002, cn003, cn004, cn005, cn006, cn007],
  ...[cl001, cl002, cl003, cl004, cl005, ci001],
  ...[ac001, ac002, re001],
  ...[ds001, dm001, lk001, lk002, lk003, lk004],
  ...[ow001, ow002, ts001, se001, se002],
  ...[tx007, lk005],
];
