import { nodesIn, strings } from '../facts/named.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import type { Problem, Rule } from './rule.js';

export const ts001: Rule = {
  id: 'TS001',
  title: 'TimescaleDB: what it refuses or does under lock',
  why: 'A continuous aggregate WITH DATA and refresh_continuous_aggregate() fail in a transaction; CREATE INDEX CONCURRENTLY fails on a hypertable; create_hypertable(migrate_data) rewrites the table under lock.',
  safe: 'Create the aggregate WITH NO DATA and refresh it outside of the migration; index a hypertable WITH (timescaledb.transaction_per_chunk); make the hypertable while the table is empty.',
  check({ statements }) {
    const hypertables = new Set(statements.flatMap(madeHypertable));
    return statements.flatMap((trace) => problemOf(trace, hypertables));
  },
};

function problemOf(trace: StatementTrace, hypertables: ReadonlySet<string>): Problem[] {
  const { node } = trace.statement;
  const say = (message: string): Problem[] => [{ statement: trace, severity: 'error', message }];
  if ('CreateTableAsStmt' in node) {
    const { options = [], skipData } = node.CreateTableAsStmt.into ?? {};
    const continuous = options.some((option) => 'DefElem' in option && option.DefElem.defnamespace === 'timescaledb');
    return continuous && !skipData
      ? say('A continuous aggregate WITH DATA, which is the default, cannot be made in a transaction.')
      : [];
  }
  if (
    'CallStmt' in node &&
    strings(node.CallStmt.funccall?.funcname ?? []).at(-1) === 'refresh_continuous_aggregate' &&
    !trace.online
  ) {
    return say('refresh_continuous_aggregate() commits by itself: it fails in the transaction of the migration.');
  }
  if ('IndexStmt' in node && node.IndexStmt.concurrent && hypertables.has(node.IndexStmt.relation?.relname ?? '')) {
    return say(`${node.IndexStmt.relation?.relname} is a hypertable: it has no CREATE INDEX CONCURRENTLY.`);
  }
  for (const { funcname, args } of nodesIn(node)) {
    if (!Array.isArray(funcname) || strings(funcname).at(-1) !== 'create_hypertable') continue;
    const migrates = [...nodesIn(args)].some(({ name, arg }) => name === 'migrate_data' && JSON.stringify(arg).includes('true'));
    if (migrates) return say('migrate_data moves every row into chunks while the table is locked for everybody.');
  }
  return [];
}

function madeHypertable({ statement: { node } }: StatementTrace): string[] {
  return [...nodesIn(node)].flatMap(({ funcname, args }) => {
    if (!Array.isArray(funcname) || strings(funcname).at(-1) !== 'create_hypertable' || !Array.isArray(args)) return [];
    const name = (args[0] as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const?.sval?.sval;
    return name === undefined ? [] : [name.split('.').at(-1)!];
  });
}
