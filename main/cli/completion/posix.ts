import { shellQuoted } from '../../base/shell-words.ts';
import { spellings, stepsOf, type CommandNode, type OptionNode } from './command-tree.ts';

/** A `case` pattern that matches an option of a command, as `<path>:<option>`. */
const patternOf = (path: string, option: OptionNode): string =>
  spellings(option)
    .map((spelling) => shellQuoted(`${path}:${spelling}`))
    .join('|');

const withValue = ({ value }: OptionNode): boolean => value !== null;

/**
 * Returns the loop body that bash and zsh share: `word` takes `route` further down the tree, or `taker` names
 * the option whose value comes next. (`path` would be zsh's list of directories.)
 */
function walkStep(nodes: readonly CommandNode[]): string {
  const takers = nodes.flatMap(({ path, options }) =>
    options.filter(withValue).map((option) => patternOf(path, option)),
  );
  const steps = stepsOf(nodes).map(
    ([from, to]) => `      ${shellQuoted(from)}) route=${shellQuoted(to)} ;;`,
  );
  return `    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $taker ]]; then taker=; continue; fi
    case "$route:$word" in
      ${takers.join('|\\\n      ')}) taker="$route:$word" ;;
${steps.join('\n')}
    esac`;
}

/** Returns one `case` branch for each option with a value; `draw` is what a shell does to complete it. */
const valueBranches = (
  nodes: readonly CommandNode[],
  draw: (option: OptionNode) => string | null,
): string =>
  nodes
    .flatMap(({ path, options }) =>
      options.filter(withValue).flatMap((option) => {
        const drawn = draw(option);
        return drawn === null ? [] : [`      ${patternOf(path, option)}) ${drawn} ;;`];
      }),
    )
    .join('\n');

/** Completion for bash 4 and newer: `eval "$(belfry completion bash)"`. */
export function bashScript(program: string, nodes: readonly CommandNode[]): string {
  const words = nodes.map(({ path, commands, operands, options }) => {
    const plain = [...commands.map(({ name }) => name), ...operands].join(' ');
    const flags = options.flatMap(spellings).join(' ');
    return `      ${shellQuoted(path)}) words=${shellQuoted(plain)}; flags=${shellQuoted(flags)} ;;`;
  });
  const values = valueBranches(nodes, ({ value, choices }) => {
    if (choices.length > 0) return `words=${shellQuoted(choices.join(' '))}`;
    if (value === 'files') return 'COMPREPLY=($(compgen -f -- "$cur"))';
    return value === 'directories' ? 'COMPREPLY=($(compgen -d -- "$cur"))' : null;
  });
  return `# Completion of ${program} for bash.
_${program}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} route= taker= words= flags= word i
  COMPREPLY=()
  # A value after "=" is a separate word here, since "=" breaks words.
  if [[ $cur == '=' ]]; then cur=; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
${walkStep(nodes)}
  done
  if [[ -n $taker ]]; then
    case "$taker" in
${values}
    esac
  else
    case "$route" in
${words.join('\n')}
    esac
    if [[ $cur == -* ]]; then words=$flags; fi
  fi
  if [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -F _${program} ${program}
`;
}

/** `name:description`, as `_describe` takes it. */
const described = (name: string, description: string): string =>
  shellQuoted(`${name.replaceAll(':', String.raw`\:`)}:${description}`);

/** Completion for zsh, by `eval` or as a file `_belfry` in `$fpath`. */
export function zshScript(program: string, nodes: readonly CommandNode[]): string {
  const words = nodes.map(({ path, commands, operands, options }) => {
    const plain = [
      ...commands.map(({ name, description }) => described(name, description)),
      ...operands.map(shellQuoted),
    ];
    const flags = options.flatMap((option) =>
      spellings(option).map((spelling) => described(spelling, option.description)),
    );
    return `      ${shellQuoted(path)}) found=(${plain.join(' ')}); flags=(${flags.join(' ')}) ;;`;
  });
  const values = valueBranches(nodes, ({ value, choices }) => {
    if (choices.length > 0) return `compadd -- ${choices.map(shellQuoted).join(' ')}`;
    if (value === 'files') return '_files';
    return value === 'directories' ? '_files -/' : null;
  });
  return `#compdef ${program}
# Completion of ${program} for zsh.
_${program}() {
  local route= taker= word
  local -a found flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
${walkStep(nodes)}
  done
  if [[ -z $taker && $PREFIX == --*=* ]]; then taker="$route:\${PREFIX%%=*}"; compset -P '*='; fi
  if [[ -n $taker ]]; then
    case "$taker" in
${values}
    esac
  else
    case "$route" in
${words.join('\n')}
    esac
    if [[ $PREFIX == -* ]]; then found=("\${(@)flags}"); fi
    if (( $#found )); then _describe -t commands ${shellQuoted(program)} found; fi
  fi
}
if [[ $funcstack[1] == _${program} ]]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}
