/** Verbs of other tools, and what they are called here. */
const OTHERS: Readonly<Record<string, string>> = {
  migrate: 'deploy',
  up: 'deploy',
  apply: 'deploy',
  push: 'deploy',
  update: 'deploy',
  latest: 'deploy',
  run: 'deploy',
  upgrade: 'deploy',
  down: 'rollback',
  undo: 'rollback',
  revert: 'rollback',
  redo: 'rollback',
  downgrade: 'rollback',
  info: 'status',
  history: 'log',
  list: 'plan',
  pending: 'plan',
  validate: 'verify',
  lint: 'check',
  test: 'check',
  create: 'new',
  generate: 'new',
  add: 'new',
  make: 'new',
  baseline: 'adopt',
  stamp: 'adopt',
  repair: 'ledger',
  resolve: 'ledger',
  unlock: 'lock break',
  start: 'dev',
};

/** The verb here that does what a verb of another tool does; undefined for a word that no tool knows. */
export function verbMeant(word: string): string | undefined {
  return Object.hasOwn(OTHERS, word) ? OTHERS[word] : undefined;
}
