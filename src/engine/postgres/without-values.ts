import { isFenced, type ServerError } from './sqlstate.js';
import { STATE } from './states.js';

/** What a message may show beside the server's own words. */
export interface Shown {
  /** Whether a name may be shown, because the file says it too. */
  name(text: string): boolean;
  /** What the file itself says of a text that its author wrote (RAISE); undefined where it does not say that. */
  text(message: string): string | undefined;
}

const AUTHORED =
  'raised an exception (its text may hold row values; PAWL_SHOW_VALUES=1 in the environment of the worker shows it)';

/**
 * Functions of the server that pass on a text that somebody wrote, whatever SQLSTATE it comes with: PL/pgSQL's RAISE and ASSERT, the other
 * languages of the server, and errors of other servers (dblink, postgres_fdw). Unlike the message this is not translated.
 */
const PASSES_TEXT_ON =
  /^(exec_stmt_raise|exec_stmt_assert|PLy_.*|plperl_.*|pltcl_.*|throw_tcl_error|dblink_res_error|pgfdw_report_error)$/;

/** Source files of languages that are no part of PostgreSQL's core. */
const LANGUAGES = /^(plpy_|plperl|pltcl|plv8|.*\.(cc|cpp|rs)$)/;

function isAuthored({ code, routine = '', file = '' }: ServerError): boolean {
  return code === STATE.raiseException || code === STATE.assertFailure || PASSES_TEXT_ON.test(routine) || LANGUAGES.test(file);
}

/** Quotes of the languages that PostgreSQL speaks, by what opens them. An apostrophe opens one only where no word goes on. */
const QUOTES: Record<string, string> = {
  '"': '"',
  '»': '«',
  '«': '»',
  '„': '“”"',
  '“': '”“',
  '‘': '’‘',
  '‚': '‘’',
  '‹': '›',
  '›': '‹',
  '「': '」',
  '『': '』',
  '`': "`'",
  "'": "'",
};
const ANY_QUOTE = /["»«„“”‘’‚‹›「」『』`]|(?<![\p{L}\p{N}])'|'(?![\p{L}\p{N}])/gu;

/** Names of encodings (documentation, section 23.3.1). */
const ENCODING =
  /^(UTF8|SQL_ASCII|EUC_\w{2,8}|LATIN\d{1,2}|WIN\d{3,4}|ISO_8859_\d|KOI8[RU]|MULE_INTERNAL|BIG5|GBK|GB18030|S(HIFT_)?JIS\w*|UHC|JOHAB)$/;

/** Suffixes of names that PostgreSQL makes up. */
const MADE_UP = new Set(['pkey', 'key', 'idx', 'fkey', 'check', 'seq', 'excl', 'not', 'null', '']);

/**
 * A message of PostgreSQL without the values of rows, in whatever language the server speaks. A quoted part passes only where it is a name
 * that may be shown; classes 22 and 23 lose what comes after a colon, and numbers.
 */
export function withoutValues(error: ServerError, shown: Shown): string {
  if (isFenced(error)) return error.message;
  if (isAuthored(error)) return shown.text(error.message) ?? AUTHORED;
  const objects = new Set([error.constraint, error.table, error.schema, error.column, error.dataType]);
  const isName = (part: string): boolean =>
    objects.has(part) || ENCODING.test(part) || nameParts(part).every((word) => shown.name(word));
  const aboutData = /^2[23]/.test(error.code);
  // The parser points at the text that it was sent; anything else may be about what a row said.
  const fromText = error.position !== undefined && !aboutData;
  const message = withoutQuoted(error.message, isName);
  return fromText ? message : withoutStrangers(withoutTail(message), isName);
}

/** The parts of a qualified or made-up name that must be known. */
function nameParts(text: string): string[] {
  const bare = text.trim();
  if (!/^[\p{L}_][\p{L}\p{N}_$]*(\.[\p{L}_][\p{L}\p{N}_$]*)*$/u.test(bare)) return [bare];
  return bare.split('.').flatMap((part) => {
    const stem = part.replace(/\d+$/, '');
    const made = stem.split('_').at(-1)!;
    return MADE_UP.has(made) && stem !== made ? stem.split('_').filter((word) => !MADE_UP.has(word)) : [part];
  });
}

function withoutTail(message: string): string {
  const colon = message.search(/\s?[:：](?![:\p{L}\p{N}])/u);
  return colon < 1 ? message : message.slice(0, colon);
}

/** Where one part is no name, everything up to the last quote goes: a value may hold quotes too. */
function withoutQuoted(message: string, isName: (part: string) => boolean): string {
  const quotes = [...message.matchAll(ANY_QUOTE)];
  const last = quotes.at(-1);
  for (let n = 0; n < quotes.length;) {
    const open = quotes[n]!;
    const close = quotes.findIndex((quote, at) => at > n && QUOTES[open[0]]?.includes(quote[0]));
    const from = open.index + 1;
    if (close > 0 && isName(message.slice(from, quotes[close]!.index))) {
      n = close + 1;
      continue;
    }
    const closes = last && last.index > open.index && Object.values(QUOTES).some((ends) => ends.includes(last[0]));
    return `${message.slice(0, from)}…${closes ? message.slice(last.index) : ''}`;
  }
  return message;
}

/** Outside of quotes a message may hold names with their schema or arguments, and numbers; the length of a type (`varchar(10)`) stays. */
function withoutStrangers(message: string, isName: (part: string) => boolean): string {
  return message
    .replace(/(?<![\p{L}\p{N}_])[^\s"»«„“”(),;]*[@.\\/][^\s"»«„“”(),;]*[^\s"»«„“”(),;.]/gu, (word) => (isName(word) ? word : '…'))
    .replace(/([\p{L}\p{N}_$]+)\([^)]*[^\d,)][^)]*\)/gu, (all, word: string) => (isName(word) ? all : '…'))
    .replace(/(?<![\p{L}\p{N}_"»«]|\p{L}\([\d,]*)[-+]?\d[\p{L}\d.]*/gu, '…');
}
