import { expect, it } from 'vitest';
import { isAnotherDatabase, type DatabaseIdentity } from '../../../src/engine/database-identity.js';
import { asTold, formatIdentity, parseIdentity } from '../../../src/contract/worker-identity.js';

const A: DatabaseIdentity = { label: 'shop on db', name: 'shop', started: 1_000, system: '7712922281973734527', ledger: 'l' };

it.each<[string, Partial<DatabaseIdentity>, boolean]>([
  ['the same look again', {}, false],
  ['another name of the same server process', { label: 'shop on 10.0.0.5' }, false],
  ['after a restart, by the same name', { started: 2_000 }, false],
  ['a server that does not tell its system', { system: '' }, false],
  ['before there was a ledger', { ledger: '' }, false],
  ['another database of the server', { label: 'other on db', name: 'other' }, true],
  ['another cluster behind the same name', { system: '1', started: 2_000 }, true],
  ['another ledger', { ledger: 'm' }, true],
  ['a copy of the disk under another name', { label: 'shop on copy', started: 2_000 }, true],
  ['another server that tells nothing', { label: 'shop on copy', started: 2_000, system: '', ledger: '' }, true],
])('%s', (_, change, another) => {
  expect(isAnotherDatabase(A, { ...A, ...change })).toBe(another);
});

it('a worker tells what it serves, as far as it fits', () => {
  const odd = { ...A, label: 'a|b=c#d on db', name: 'a|b=c#d', system: '' };
  const targets = new Map([
    ['shop', A],
    ['odd', odd],
    ['unreached', undefined],
  ] as const);
  const told = formatIdentity({ name: '1@host', since: 1_700_000_000_000, targets });
  const worker = parseIdentity(told)!;
  expect(worker).toMatchObject({ name: '1@host', since: 1_700_000_000_000, complete: true });
  expect([...worker.targets.keys()]).toEqual(['odd', 'shop', 'unreached']);
  expect(worker.targets.get('shop')).toEqual(asTold(A));
  expect(worker.targets.get('odd')).toEqual(asTold(odd));
  expect(worker.targets.get('unreached')).toBeUndefined();
  const many = new Map(Array.from({ length: 200 }, (_, n) => [`tenant-${n}`, A]));
  const long = formatIdentity({ name: '1@host', since: 1, targets: many });
  expect(Buffer.byteLength(long)).toBeLessThan(1_000);
  expect(parseIdentity(long)).toMatchObject({ complete: false });
  expect(parseIdentity('4711@host')).toBeUndefined();
});
