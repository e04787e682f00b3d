import type { Rule } from './rule.js';

export const lk005: Rule = {
  id: 'LK005',
  title: 'a long lock, as measured',
  why: 'The statement was run on a scratch database: it holds a lock that stops others, and does work meanwhile that grows with the table.',
  safe: 'Look at what the statement calls or fires (a function, a trigger, code in DO), and write that as migrations of their own.',
  growsWithTable: true,
  check({ locks, statements, found }) {
    const explained = new Set(
      found.filter(({ work, fails }) => work !== undefined || fails).map(({ statement }) => statement.index),
    );
    const reported = new Set<number>();
    return locks.flatMap((lock) => {
      const long = lock.verdict === 'OUTAGE' || lock.verdict === 'BLOCKS_WRITES';
      const at = lock.meanwhile.find(({ statement }) => statement !== lock.statement)?.statement ?? lock.statement;
      if (!long || explained.has(lock.statement) || explained.has(at) || reported.has(at)) return [];
      reported.add(at);
      const who = lock.verdict === 'OUTAGE' ? 'Readers and writers' : 'Writers';
      const work = lock.work[0] ?? lock.meanwhile[0]?.work ?? 'scan';
      const message = `${who} of ${lock.relation} wait for this: ${work} under ${lock.mode}.`;
      return [{ statement: statements[at]!, relation: lock.relation, severity: 'error' as const, message }];
    });
  },
};
