import { bareSql, commentsOf, type Comment } from './scan.js';

const DIRECTION = 'downs?|undo|rollback|roll[ _-]?back|revert|back[ _-]?out|downgrade|un-?apply';
/** What may stand beside a direction where it heads a part of a file: `Down Migration`, `begin rollback script`. */
const NOUN =
  'migrations?|migrate|scripts?|sections?|sql|parts?|direction|steps?|blocks?|statements?|queries|changes|plan|starts?|begins?|here|below|only|name|of|the|for|to|this|how|if|you|need|needed|want|run|execute|manually|no[ _-]?transaction';
/** What goes back only beside such a word: a table may have a column or rows in reverse. */
const WITH_NOUN = '(?:reverse|backwards?|tear[ _-]?down)[\\W_]+(?:migration|script|sql|statements)s?';
/** Nothing but a direction, decorated, numbered or not: `==== DOWN ====`, `2. Down`. As a headline it begins a part only behind other statements. */
const HEADLINE = new RegExp(
  `^(?:\\d+[\\W_]+)?(?:(?:${NOUN})[\\W_]+(?:\\d+[\\W_]+)?){0,5}(?:(?:${DIRECTION})(?:sql)?|${WITH_NOUN})(?:[\\W_]+(?:${NOUN}))*$`,
  'i',
);
/** A direction with a sign of its own, as tools write it: `+migrate Down`, `migrate:down`, `//@UNDO`, `!Downs`, `@down`. */
const SIGN = new RegExp(
  `[+@]\\w[\\w-]*[ :.](?:${DIRECTION})(?:[\\W_]+(?:${NOUN}|transaction\\W*false))*\\W*$|[+!](?:${DIRECTION})\\b|@(?:${DIRECTION})\\W*$|@UNDO\\b|!Downs\\b|\\w:(?:${DIRECTION})\\b|\\b(?:create|up|apply) above\\b.*\\bbelow\\b`,
  'i',
);
const FORTH = /^(.*?)[\s:]*\b(?:ups?|do|forwards?|apply|upgrade|deploy)$/i;
const BACK = new RegExp(`^(.*?)[\\s:]*\\b(?:${DIRECTION}|backwards?|reverse)$`, 'i');
const ANY_COMMENT = /--|\/\*/;
const ANY_BACK = new RegExp(`${DIRECTION}|backward|reverse|tear|above`, 'i');
/** SQL in a comment: what would undo it is only written down. */
const WRITTEN_DOWN = /^\W*(?:drop|alter|delete|create|update|insert|truncate|revoke|grant|comment on|select)\b/i;

/**
 * The first comment that begins a part which undoes the migration, with SQL below it that would run. Tools that keep both directions in
 * one file tell them apart by such a comment; to PostgreSQL it is one like any other, and both directions would run.
 * @param sql what is about to run, without the parts that the format has taken out
 * @returns the offset of the comment
 */
export function findUndoMarker(sql: string): number | undefined {
  if (!ANY_COMMENT.test(sql) || !ANY_BACK.test(sql)) return undefined;
  const bare = bareSql(sql);
  const first = bare.search(/\S/);
  const last = bare.length - (/[;\s]*$/.exec(bare)?.[0].length ?? 0);
  const comments = commentsOf(sql).filter(({ start }) => /(^|\n)[ \t]*$/.test(sql.slice(Math.max(0, start - 200), start)));
  const forth = new Set<string>();
  const found = comments.find((comment, index) => {
    const text = headlineOf(comment);
    const [, prefix] = FORTH.exec(text) ?? [];
    if (prefix !== undefined) forth.add(prefix.trim().toLowerCase());
    if (comment.end >= last) return false;
    if (SIGN.test(comment.text)) return true;
    const [, back] = BACK.exec(text) ?? [];
    if (back !== undefined && forth.has(back.trim().toLowerCase())) return true;
    return HEADLINE.test(text) && first < comment.start && !isWrittenDown(sql, comment, comments[index + 1]);
  });
  return found?.start;
}

/** The words of a comment without what decorates them, and without a remark behind: `--- ==== DOWN (by hand) ====` is `DOWN`. */
function headlineOf({ text }: Comment): string {
  const bare = (words: string): string => words.replace(/^[\W_]+|[\W_]+$/g, '');
  return bare(bare(text).replace(/(?<=\w.*)\([^()]*$/s, '')).replace(/\s+/g, ' ');
}

/** Whether the very next line goes on with SQL in a comment. */
function isWrittenDown(sql: string, comment: Comment, next: Comment | undefined): boolean {
  return next !== undefined && /^[ \t]*\r?\n?[ \t]*$/.test(sql.slice(comment.end, next.start)) && WRITTEN_DOWN.test(next.text);
}
