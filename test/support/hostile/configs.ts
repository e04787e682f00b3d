import { FAULTY } from '../faulty-configs.js';
import type { HostileCase } from './case.js';

/** A configuration as it stands in a file; `plan` is asked, which reads all of it before anything else. */
export interface HostileConfig extends HostileCase {
  readonly file?: string;
  readonly text: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly target?: string;
}

const INVALID = /is not valid; nothing was touched/;
const refused = (what: string, text: string, says: RegExp, more: Partial<HostileConfig> = {}): HostileConfig => ({
  what,
  text,
  exit: 2,
  says,
  ...more,
});

const target = (settings: string, name = 'a'): string =>
  `targets:\n  ${name}:\n    database: { env: DB }\n${settings.replace(/^/gm, '    ')}\n    stages: [{ migrate: m }]\n`;
const stages = (text: string): string =>
  `targets:\n  a:\n    database: { env: DB }\n    stages:\n${text.replace(/^/gm, '      ')}\n`;
const fleet = (text: string): string =>
  `fleets:\n  f:\n    database: { env: DB }\n    stages: [{ migrate: m }]\n${text.replace(/^/gm, '    ')}\n`;
const module = (body: string): Partial<HostileConfig> => ({ file: 'pawl.config.mjs', text: body });

/** Files that are no configuration, or one that a reader could stumble over. */
const TEXTS: readonly HostileConfig[] = [
  refused('an empty file', '', INVALID),
  refused('white space', ' \n\t\n', INVALID),
  refused('comments alone', '# targets:\n', INVALID),
  refused('null', 'null', INVALID),
  refused('a number', '7', INVALID),
  refused('a tab as indentation', 'targets:\n\ta: 1\n', /:2:1: .*[Tt]abs/),
  refused('a key twice', 'targets: {}\ntargets: {}\n', /:2:1: Map keys must be unique/),
  refused('an open brace', 'targets: { a: {', INVALID),
  refused('an open quote', 'targets: "a', INVALID),
  refused('an alias of nothing', 'targets: *none\n', /cannot be loaded: Unresolved alias/),
  refused('two documents', 'targets: {}\n---\ntargets: {}\n', INVALID),
  refused('an unknown tag', 'targets: !!js/function "x"\n', INVALID),
  refused('a tag that would run code', 'targets: !!python/object/apply:os.system ["id"]\n', INVALID),
  refused('JSON with an end that is missing', '{"targets": {"a": ', INVALID, { file: 'pawl.config.json' }),
  refused('JSON with a NUL', '{"targets": {"a\u0000": {}}}', INVALID, { file: 'pawl.config.json' }),
  refused('bytes that are no text', '\u0000\u0001\u0002', INVALID),
  refused('an alias bomb', bomb(), /cannot be loaded: Excessive alias count/),
  refused('a prototype', target('__proto__: { late: fail }'), /__proto__: unknown key/),
  refused('a prototype as a target', 'targets: { "__proto__": { stages: [] } }\n', INVALID),
  refused('a constructor as a target', 'targets: { constructor: 7 }\n', /constructor: expected an object/),
  refused('a name with a control character', 'targets: { "a\\e[2J": {} }\n', /expected a name/),
  refused('a name that turns the text round', 'targets: { "a\\u202eb": {} }\n', /expected a name/),
  refused('a name with a slash', 'targets: { "../a": {} }\n', /expected a name/),
  refused('a name that begins with a dash', target('late: fail', '-rf'), /expected a name/),
  refused('a name of nothing', 'targets: { "": {} }\n', /expected a name/),
  refused('a key with a control character', target('"la\\ete": fail'), /unknown key/),
  refused(
    'a value of 1 MB',
    target(`late: ${'x'.repeat(1_000_000)}`),
    /late: expected apply or warn or fail, found another text/,
  ),
  refused('a key of 100 KB', target(`${'x'.repeat(100_000)}: 1`), /at most 1024 chars/),
  refused('2,000 unknown keys', target(Array.from({ length: 2_000 }, (_, n) => `k${n}: 1`).join('\n')), /unknown key/),
];

function bomb(): string {
  const lines = Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(', ')}]`);
  return ['a0: &a0 [x]', ...lines, 'targets: {}'].join('\n');
}

const VALUES: readonly HostileConfig[] = [
  refused('a name of a ledger of 64 bytes', target(`ledger: { schema: ${'x'.repeat(64)} }`), /name of 1 to 63 bytes/),
  refused('a name of a ledger of wide characters', target(`ledger: { schema: ${'ü'.repeat(32)} }`), /name of 1 to 63 bytes/),
  refused('a ledger without a name', target('ledger: { schema: "" }'), /name of 1 to 63 bytes/),
  refused('a ledger with a NUL', target('ledger: { schema: "a\\0b" }'), /ledger\.schema: expected/),
  refused('a role with a NUL', target('role: "a\\0b"'), /role: expected/),
  refused('a lone half of a character', target('ledger: { schema: "a\\ud800" }'), /ledger\.schema: expected|is not valid/),
  refused('the ledger in a schema of PostgreSQL', target('ledger: { schema: pg_catalog }'), /ledger\.schema: .*PostgreSQL/),
  refused('the ledger in a schema that PostgreSQL keeps', target('ledger: { schema: pg_mine }'), /ledger\.schema: .*PostgreSQL/),
  refused('the ledger in information_schema', target('ledger: { schema: information_schema }'), /ledger\.schema: .*PostgreSQL/),
  refused('an infinite duration', target('lockTimeout: .inf'), /lockTimeout: expected a text, found Infinity/),
  refused('no duration', target('lockTimeout: .nan'), /lockTimeout: expected a text, found NaN/),
  refused('a duration beyond time', target('lockTimeout: 99999999999d'), /lockTimeout: expected/),
  refused('a duration of nothing', target('lockTimeout: 0s'), /lockTimeout: expected/),
  refused('a duration below a millisecond', target('lockTimeout: 0.4ms'), /lockTimeout: expected/),
  refused('a duration with an exponent', target('lockTimeout: 1e9s'), /lockTimeout: expected/),
  refused('a list for a duration', target('lockTimeout: [3s]'), /lockTimeout: expected/),
  refused('SQL as a duration', target(`lockTimeout: "3s'; drop table x; --"`), /lockTimeout: expected/),
  refused('a flag in words', target('showQueries: "on"'), /showQueries: expected true or false/),
  refused('a URL for a variable', target('password: { env: postgres://x }'), /password/),
  refused('a shell line for a password', target('password: { command: "cat secret" }'), /command: expected a list/),
  refused('a password as it is', target('password: hunter2'), /password: a password does not stand in a file/),
  refused(
    'a literal address',
    'targets: { a: { database: "postgres://u:hunter2@h/d", stages: [{ migrate: m }] } }\n',
    /belong in the environment/,
  ),
  refused(
    'a variable with a blank',
    'targets: { a: { database: { env: "A B" }, stages: [{ migrate: m }] } }\n',
    /belong in the environment/,
  ),
  refused(
    'a variable that is an assignment',
    'targets: { a: { database: { env: "DB=postgres://u:hunter2@h/d" }, stages: [{ migrate: m }] } }\n',
    /belong in the environment/,
  ),
  refused('a variable that is not set', target('late: fail').replace('env: DB', 'env: NOT_SET'), /NOT_SET/),
  refused('a variable that is empty', target('late: fail').replace('env: DB', 'env: EMPTY'), /EMPTY/, {
    environment: { EMPTY: '' },
  }),
  refused(
    'two targets with one ledger',
    `${target('late: fail')}${target('late: fail', 'b').replace('targets:\n', '')}`,
    /has the database and the ledger of targets\.a/,
  ),
  refused('no targets', 'targets: {}\n', /expected at least one target or fleet/),
  refused('an environment with a slash', `environment: ../x\n${target('late: fail')}`, /environment: expected a name/),
  refused('an environment of nothing', `environment: { env: EMPTY }\n${target('late: fail')}`, /EMPTY/, {
    environment: { EMPTY: '' },
  }),
  refused('an environment with a blank, by variable', `environment: { env: E }\n${target('late: fail')}`, /E\b.*name/, {
    environment: { E: 'a b' },
  }),
  refused('an approval by nobody', stages('- approve: { name: x, by: [""] }'), /approve\.by\[0\]: expected/),
  refused(
    'an approval of more than there are',
    stages('- approve: { name: x, of: 3, by: [ann, bob] }'),
    /asks for 3 people, and by names 2/,
  ),
  refused('an approval of half a person', stages('- approve: { name: x, of: 1.5 }'), /approve\.of: expected/),
  refused(
    'an approval with a name of 5 MB',
    stages(`- approve: { name: x, by: [${'x'.repeat(5_000_000)}] }`),
    /approve\.by\[0\]: expected/,
  ),
  refused('two approvals of one name', stages('- approve: { name: x }\n- approve: { name: x }'), /has the same name as/),
  refused('one directory twice', stages('- migrate: m\n- migrate: ./m/'), /is already used by/),
  refused(
    'health checks with a password',
    stages('- signal: [{ healthy: { url: "http://u:hunter2@h/" } }]'),
    /without a user or password/,
  ),
  refused('health checks of a file', stages('- signal: [{ healthy: { url: "file:///etc/passwd" } }]'), /healthy\.url: expected/),
  refused(
    'health checks of another protocol',
    stages('- signal: [{ healthy: { url: "gopher://h/" } }]'),
    /healthy\.url: expected/,
  ),
  refused('health checks of no address', stages('- signal: [{ healthy: { url: "h:8080" } }]'), /healthy\.url: expected/),
  refused('a channel of nothing', stages('- signal: [{ pgNotify: "" }]'), /pgNotify: expected/),
  refused('a channel of 64 bytes', stages(`- signal: [{ pgNotify: ${'x'.repeat(64)} }]`), /pgNotify: expected/),
  refused(
    'a header with a literal',
    stages('- signal: [{ webhook: { url: { env: U }, headers: { Authorization: hunter2 } } }]'),
    /belong in the environment/,
  ),
  refused('a program of no name', stages('- exec: { name: x, command: [""] }'), /exec\.command/),
  refused('a program with a NUL', stages('- exec: { name: x, command: ["sh", "a\\0b"] }'), /exec\.command/),
  refused(
    'a program without arguments',
    stages('- exec: { name: x, command: [] }'),
    /exec\.command: expected a list that is not empty/,
  ),
  refused(
    'a program for longer than there are timers',
    stages('- exec: { name: x, command: [a], timeout: 99999999d }'),
    /exec\.timeout: expected/,
  ),
  refused('a format that is none', stages('- migrate: { directory: m, format: gose }'), /no format "gose"/, { exit: 4 }),
  refused('a directory of nothing', stages('- migrate: ""'), /migrate/),
  refused('a directory that is missing', stages('- migrate: nowhere'), /the directory nowhere does not exist/, { exit: 4 }),
  refused('a directory that is a file', stages('- migrate: pawl.config.yaml'), /is not a directory/, { exit: 4 }),
  refused('a directory with a NUL', stages('- migrate: "a\\0b"'), /migrate|directory/),
  refused('a fleet without members', fleet('waves: []'), /members/),
  refused('a fleet with a member of a bad name', fleet('members: { list: ["../x"] }'), /expected a name of letters/, {
    target: 'f/a',
  }),
  refused('a fleet with a member twice', fleet('members: { list: [a, a] }'), /twice/, { target: 'f/a' }),
  refused('a fleet with a file that is missing', fleet('members: { file: nowhere.json }'), /nowhere\.json/, { target: 'f/a' }),
  refused(
    'a fleet with two waves of one name',
    fleet('members: { list: [a] }\nwaves: [{ name: x }, { name: x }]'),
    /has the same name as/,
  ),
  refused('a fleet with half a member at a time', fleet('members: { list: [a] }\nparallel: 0.5'), /parallel: expected/),
  refused(
    'a fleet that stops after 101 percent',
    fleet('members: { list: [a] }\nstopAfter: { percent: 101 }'),
    /percent: expected/,
  ),
  refused('a fleet with an open brace', fleet('members: { list: [a] }\nschema: "a{b"'), /schema: expected/),
];

const MODULES: readonly HostileConfig[] = [
  refused('a module that throws', '', /cannot be loaded: boom/, module('throw new Error("boom");')),
  refused('a module that throws nothing', '', /no error/, module('throw undefined;')),
  refused('a module that throws a text', '', /cannot be loaded: boom/, module('throw "boom";')),
  refused('a module that does not parse', '', /cannot be loaded/, module('export default {')),
  refused('a module that imports nothing', '', /cannot be loaded/, module('import "./nowhere.js"; export default {};')),
  refused('a module without a default', '', /no default export/, module('export const a = 1;')),
  refused('a module of null', '', INVALID, module('export default null;')),
  refused('a module of a function', '', INVALID, module('export default () => ({ targets: {} });')),
  refused('a module of a promise', '', INVALID, module('export default Promise.resolve({ targets: {} });')),
  refused(
    'a module with a getter that throws',
    '',
    /cannot be loaded|is not valid/,
    module('export default { get targets() { throw new Error("boom"); } };'),
  ),
  refused('a module that is its own part', '', INVALID, module('const a = {}; a.targets = { a }; export default a;')),
  refused('a module with a symbol', '', INVALID, module('export default { targets: Symbol("x") };')),
  refused('a module with a big number', '', INVALID, module('export default { targets: 7n };')),
];

/** Odd, and right. */
const TAKEN: readonly HostileConfig[] = [
  { what: 'a BOM and CRLF', text: `\ufeff${target('late: fail').replaceAll('\n', '\r\n')}`, exit: 0, says: /^$/ },
  {
    what: 'anchors',
    text: `targets:\n  a: &a\n    database: { env: DB }\n    stages: [{ migrate: m }]\n    ledger: { schema: x }\n`,
    exit: 0,
    says: /^$/,
  },
  { what: 'a ledger with quotes', text: target(`ledger: { schema: 'a"; drop table x; --' }`), exit: 0, says: /^$/ },
  { what: 'a ledger with a backslash', text: target(`ledger: { schema: 'a\\b''c' }`), exit: 0, says: /^$/ },
  { what: 'a name like a property of all objects', text: target('late: fail', 'toString'), exit: 0, says: /^$/ },
];

export const CONFIGS: readonly HostileConfig[] = [
  ...FAULTY.map(([what, config]) => refused(what, JSON.stringify(config), INVALID)),
  ...TEXTS,
  ...VALUES,
  ...MODULES,
  ...TAKEN,
];
