import type { KindCases } from './attribute-case.js';
import * as columns from './cases/columns.js';
import * as constraints from './cases/constraints.js';
import * as database from './cases/database.js';
import * as indexes from './cases/indexes.js';
import * as operators from './cases/operators.js';
import * as relations from './cases/relations.js';
import * as replication from './cases/replication.js';
import * as routines from './cases/routines.js';
import * as tables from './cases/tables.js';
import * as textSearch from './cases/text-search.js';
import * as types from './cases/user-types.js';

const modules: Record<string, KindCases>[] = [
  database,
  tables,
  columns,
  constraints,
  indexes,
  relations,
  routines,
  types,
  operators,
  textSearch,
  replication,
];

/** The whole checklist. */
export const ALL_CASES: readonly KindCases[] = modules.flatMap((module) => Object.values(module));
