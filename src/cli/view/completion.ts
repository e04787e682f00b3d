import type { VerbEntry, VerbOption } from '../verb-tree.js';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A script for the shell's own completion: verbs, the verbs below them, options and the words that these take. */
export function completionScript(shell: Shell, verbs: readonly VerbEntry[]): string {
  return shell === 'fish' ? fish(verbs) : shell === 'zsh' ? zsh(verbs) : bash(verbs);
}

/** What may follow each prefix of words: `''`, `ledger`, `ledger rename`. */
function followers(verbs: readonly VerbEntry[]): [prefix: string, words: string[]][] {
  const words = new Map<string, Set<string>>([['', new Set()]]);
  for (const { path, options } of verbs) {
    const [first = '', second] = path.split(' ');
    words.get('')!.add(first);
    if (second !== undefined) words.set(first, (words.get(first) ?? new Set()).add(second));
    words.set(path, new Set(options.map(({ long }) => long)));
  }
  return [...words].map(([prefix, set]) => [prefix, [...set]]);
}

/** Options that take one of some words, once each. */
function choosing(verbs: readonly VerbEntry[]): VerbOption[] {
  const all = verbs.flatMap(({ options }) => options).filter(({ values }) => values.length > 0);
  return all.filter(({ long }, index) => all.findIndex((other) => other.long === long) === index);
}

function bash(verbs: readonly VerbEntry[]): string {
  const cases = followers(verbs).map(([prefix, words]) => `    '${prefix}') words='${words.join(' ')}' ;;`);
  const values = choosing(verbs).map(
    ({ long, values }) => `    ${long}) COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$current")); return ;;`,
  );
  return `# source <(pawl completion bash)
_pawl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" verb='' word words=''
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
    *) ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$verb $word" in
      *' -'*) ;;
      ' '*) verb="$word" ;;
${nested(verbs)
  .map(([first, below]) => `      ${below.map((word) => `'${first} ${word}'`).join('|')}) verb="$verb $word" ;;`)
  .join('\n')}
    esac
  done
  case "$verb" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _pawl pawl`;
}

function nested(verbs: readonly VerbEntry[]): [first: string, below: string[]][] {
  return followers(verbs).filter(([prefix, [word = '--']]) => prefix !== '' && !word.startsWith('--'));
}

/** zsh runs scripts for bash's completion. */
function zsh(verbs: readonly VerbEntry[]): string {
  return `autoload -Uz bashcompinit && bashcompinit\n${bash(verbs).replace('completion bash', 'completion zsh')}`;
}

function fish(verbs: readonly VerbEntry[]): string {
  const lines = verbs.flatMap(({ path, description, options }) => {
    const [first = '', second] = path.split(' ');
    const seen = path
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    const offered = second === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}`;
    return [
      `complete -c pawl -f -n '${offered}' -a ${second ?? first} -d ${quoted(description)}`,
      ...options.map(({ long, description, values }) => {
        const words = values.length > 0 ? ` -x -a '${values.join(' ')}'` : '';
        return `complete -c pawl -n '${seen}' -l ${long.slice(2)}${words} -d ${quoted(description)}`;
      }),
    ];
  });
  const groups = nested(verbs).map(([first]) => `complete -c pawl -f -n '__fish_use_subcommand' -a ${first}`);
  return [`# pawl completion fish | source`, ...groups, ...lines].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
