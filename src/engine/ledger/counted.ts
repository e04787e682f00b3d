/**
 * Makes a statement that writes a row fail where the row is not written: a trigger that answers NULL or a rule of somebody else's on the
 * tables of the ledger would swallow it without a word, and the work beside it would be committed without a trace.
 * @param write ends in `returning 1`
 */
export function counted(write: string): string {
  return `with written as (${write}) select 1::int8 operator(pg_catalog./) pg_catalog.count(*) as written from written`;
}
