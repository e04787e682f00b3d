import type { CheckedMigration, Finding, RelationLock } from '../../src/check/report.js';
import { WORKS, type Work } from '../../src/check/trace/statement-trace.js';

/** What the trace of a run knows of one finding: the locks that its transaction holds by then, and what its statement did. */
interface Truth {
  readonly held: readonly RelationLock[];
  readonly now: readonly RelationLock[];
}

/** What words say; undefined where the trace agrees, otherwise what it saw. */
type Reading = (match: RegExpExecArray, finding: Finding, truth: Truth) => string | undefined;

const NAME = String.raw`((?:"(?:[^"]|"")*"|[^\s",.:;])+\.(?:"(?:[^"]|"")*"|[^\s",.:;])+)`;
const said = (text: string) => new RegExp(text.replaceAll('<name>', NAME));

/** Every way in which a rule speaks of locks, waits, rewrites and scans, with how the trace is asked about it. */
const READINGS: readonly (readonly [RegExp, Reading])[] = [
  [
    /^(Readers and writers|Writers) of (.+?) wait (?:(?:while|until) .*?\.(?= |$)|for this: (rewrite|index build|scan) under (\w+Lock)\.)/,
    ([words = '', who, names = '', work, mode], finding, truth) =>
      names
        .split(', ')
        .map((name) => (waits(truth, name) === who ? undefined : `who waits for ${name}: ${waits(truth, name)}`))
        .find((wrong) => wrong !== undefined) ??
      (mode && !truth.held.some((lock) => lock.relation === names && lock.mode === mode)
        ? `no ${mode} on ${names}`
        : undefined) ??
      (work && !did(truth.now.concat(truth.held), undefined, work as Work) ? `no ${work}` : undefined) ??
      workSaid(words, finding, truth),
  ],
  [
    said('^Queries on <name> wait until the index is built again\\.'),
    ([, name], _, { held, now }) => stops(held, name!, 'reads') ?? done(now, name, 'index build'),
  ],
  [/^Queries on every table that is reindexed wait until the index is built again\./, () => undefined],
  [
    said('^All queries of <name>, on every partition, wait for the lock\\.'),
    ([, name], _, { held }) => stops(held, name!, 'reads'),
  ],
  [
    said(
      '<name> is (?:written anew(?: in the order of an index)?|computed and written anew|copied as a whole) while everybody waits\\.',
    ),
    ([, name], _, { held, now }) => stops(held, name!, 'reads') ?? done(now, name, 'rewrite'),
  ],
  [said('<name> is rewritten(?:: .*| with all its indexes to change .*)$'), ([, name], _, { now }) => done(now, name, 'rewrite')],
  [said('<name> gets indexes built anew to change .*$'), ([, name], _, { now }) => done(now, name, 'index build')],
  [said('<name> is read to check its constraints again to change .*$'), ([, name], _, { now }) => done(now, name, 'scan')],
  [
    said('The lock that added .* is still held while all rows of <name> are checked\\.'),
    ([, name], _, { held, now }) => stops(held, name!, 'writes') ?? done(now, name, 'scan'),
  ],
  [said('<name> is locked from here to COMMIT\\.'), ([, name], _, { held }) => stops(held, name!, 'writes')],
  [
    said('<name> is locked for everybody while <name> is, too.*$'),
    ([, one, other], _, { held }) => stops(held, one!, 'reads') ?? stops(held, other!, 'reads'),
  ],
  [
    said('<name>, which references <name>, is locked after it.*$'),
    ([, one, other], _, { held }) => stops(held, one!, 'reads') ?? stops(held, other!, 'reads'),
  ],
  [said('This is pass \\d+ over <name> in this file\\.'), ([, name], _, { now }) => done(now, name, 'scan')],
  // About what runs later, or about what is lost, which no lock says.
  [/No index of .* begins with .*: each DELETE on the referenced table scans all of it\./, () => undefined],
  [/a key of this size runs out .* to widen it rewrites the table\./, () => undefined],
  [/Statements after this one wait for locks without limit\./, () => undefined],
  [/(?:gives up every advisory lock of the session|can give up the lock that the deploy holds)/, () => undefined],
  [/All (?:rows|values) of .* are (?:deleted|lost)/, () => undefined],
];

/** Words that say something about locks and work on rows. A message that has one outside of what was read claims what nobody tests. */
const CLAIMS =
  /\brewrit\w*|\bwritten anew|\bcopied\b|\bconverted\b|\bscan\w*|\w*lock(?:s|ed|ing)?\b|\bwait\w*|\b(?:every|each|all) rows?\b|\b(?:re)?built\b|\bpass(?:es)?\b|\b(?:access|row|share(?: update| row)?) (?:exclusive|share)\b/i;

/** Findings whose words the trace of the same run denies, and those that say of locks or work what this test cannot read. */
export function contradictions({ findings, locks, statements }: CheckedMigration): string[] {
  return findings.flatMap((finding) => {
    const { rule, message, statement } = finding;
    const { commit, outcome } = statements[statement]!;
    if (outcome !== 'ran') return [];
    const held = locks.filter((lock) => lock.statement <= statement && statements[lock.statement]!.commit === commit);
    const truth: Truth = { held, now: locks.filter((lock) => lock.statement === statement) };
    let rest = message;
    const wrong: string[] = [];
    for (const [pattern, reading] of READINGS) {
      const match = pattern.exec(rest);
      if (!match) continue;
      const seen = reading(match, finding, truth);
      if (seen !== undefined) wrong.push(`${rule}: ${message} (measured: ${seen})`);
      rest = rest.replace(match[0], ' ');
    }
    const unread = CLAIMS.exec(rest)?.[0];
    return unread === undefined ? wrong : [...wrong, `${rule}: ${message} (no test reads "${unread}")`];
  });
}

const of = (locks: readonly RelationLock[], name: string) =>
  locks.filter(({ relation, table }) => relation === name || table === name);

function waits({ held }: Truth, name: string): string {
  const blocked = new Set(held.filter(({ relation }) => relation === name).flatMap(({ blocks }) => blocks));
  return blocked.has('reads') ? 'Readers and writers' : blocked.has('writes') ? 'Writers' : 'nobody';
}

function stops(held: readonly RelationLock[], name: string, what: 'reads' | 'writes'): string | undefined {
  return of(held, name).some(({ blocks }) => blocks.includes(what)) ? undefined : `${what} of ${name} go on`;
}

/** Heavier work counts too: whatever rewrites a table also reads it. The work of a partitioned table is done by its partitions. */
function did(locks: readonly RelationLock[], name: string | undefined, work: Work): boolean {
  const partitioned = name === undefined || of(locks, name).some(({ kind }) => kind === 'p');
  const own = partitioned ? locks : of(locks, name);
  const works = own.flatMap((lock) => [...lock.work, ...lock.meanwhile.map((other) => other.work)]);
  return works.some((one) => WORKS.indexOf(one) <= WORKS.indexOf(work));
}

function done(now: readonly RelationLock[], name: string | undefined, work: Work): string | undefined {
  return did(now, name, work) ? undefined : `no ${work} of ${name}`;
}

/** The work that a sentence about waiting gives as the reason. */
function workSaid(words: string, { relation }: Finding, { held, now }: Truth): string | undefined {
  if (/until the index .*built/.test(words)) return done(now, relation, 'index build');
  if (/every row is (?:checked|searched|looked up)/.test(words)) return done(now, relation, 'scan');
  if (!/while this statement works on/.test(words)) return undefined;
  if (!did([...held, ...now], undefined, 'scan')) return 'no work';
  const earlier = held.some((lock) => !now.includes(lock));
  return /the lock of an earlier statement is kept/.test(words) && !earlier ? 'no lock of an earlier statement' : undefined;
}
