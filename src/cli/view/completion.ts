import type { VerbEntry, VerbOption } from '../verb-tree.js';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A script for the shell's own completion: verbs, the verbs below them, options and the words that these take; targets and versions are asked of `pawl completion`. */
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
  const about = verbs.filter(({ takes }) => /[[<]target[\]>]/.test(takes)).map(({ path }) => `'${path}'`);
  const fleets = verbs.filter(({ takes }) => takes.includes('[fleet]')).map(({ path }) => `'${path}'`);
  const positions = verbs.filter(({ takes }) => takes.includes('[target] [version]')).map(({ path }) => `'${path}'`);
  const versioned = verbs.flatMap(({ path, options }) =>
    options.filter(({ flags }) => /<version(\.\.\.)?>/.test(flags)).map(({ long }) => `'${path} ${long}'`),
  );
  const values = choosing(verbs).map(
    ({ long, values }) => `    ${long}) COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$current")); return ;;`,
  );
  return `# source <(pawl completion bash)
# Names come from files: bash would run what stands in the words of compgen -W.
_pawl_names() {
  local name
  while IFS= read -r name; do
    [[ -n "$name" && "$name" == "$current"* ]] && COMPREPLY+=("$(printf '%q' "$name")")
  done < <("\${COMP_WORDS[0]}" completion "$@" \${config[@]+"\${config[@]}"} 2>/dev/null </dev/null)
}
_pawl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" verb='' target='' word words='' previous='' config=()
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
    --config) COMPREPLY=(); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ "$previous" == --config ]]; then
      config=(--config "\${word/#\~\//$HOME/}") previous=''
      continue
    fi
    previous="$word"
    case "$verb $word" in
      *' -'*) ;;
      ' '*) verb="$word" ;;
${nested(verbs)
  .map(([first, below]) => `      ${below.map((word) => `'${first} ${word}'`).join('|')}) verb="$verb $word" ;;`)
  .join('\n')}
      *) target="\${target:-$word}" ;;
    esac
  done
  case "$verb \${COMP_WORDS[COMP_CWORD-1]}" in
    ${versioned.join('|')}) COMPREPLY=(); _pawl_names versions "$target"; return ;;
  esac
  case "$verb" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ "$current" == -* ]] && return
  case "$verb" in
    ${about.join('|')}) _pawl_names targets ;;
    ${fleets.join('|')}) _pawl_names fleets ;;
  esac
  case "$target:$verb" in
    ${positions.map((path) => `?*:${path}`).join('|')}) _pawl_names versions "$target" ;;
  esac
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
  const lines = verbs.flatMap(({ path, takes, description, options }) => {
    const [first = '', second] = path.split(' ');
    const seen = path
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    const asked = /[[<](target|fleet)[\]>]/.exec(takes)?.[1];
    const named = asked ? [`complete -c pawl -f -n '${seen}' -a '(pawl completion ${asked}s 2>/dev/null)'`] : [];
    const offered = second === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}`;
    return [
      `complete -c pawl -f -n '${offered}' -a ${second ?? first} -d ${quoted(description)}`,
      ...named,
      ...options.map(({ flags, long, description, values }) => {
        const versions = /<version(\.\.\.)?>/.test(flags) ? ` -x -a '(pawl completion versions 2>/dev/null)'` : '';
        const words = values.length > 0 ? ` -x -a '${values.join(' ')}'` : versions;
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
