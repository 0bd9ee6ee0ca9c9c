import { spellings, type CommandNode } from './command-tree.ts';
import { valueBranches, walkStep } from './posix-walk.ts';
import { posixQuoted } from './shell-quote.ts';

/** Completion for bash 4 and newer: `eval "$(belfry completion bash)"`. */
export function bashScript(program: string, nodes: readonly CommandNode[]): string {
  const words = nodes.map(({ path, commands, operands, options }) => {
    const plain = [...commands.map(({ name }) => name), ...operands].join(' ');
    const flags = options.flatMap(spellings).join(' ');
    return `      ${posixQuoted(path)}) words=${posixQuoted(plain)}; flags=${posixQuoted(flags)} ;;`;
  });
  const values = valueBranches(nodes, ({ value, choices }) => {
    if (choices.length > 0) return `words=${posixQuoted(choices.join(' '))}`;
    if (value === 'files') return 'COMPREPLY=($(compgen -f -- "$cur"))';
    return value === 'directories' ? 'COMPREPLY=($(compgen -d -- "$cur"))' : null;
  });
  return `# Completion of ${program} for bash.
_${program}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} route= taker= words= flags= word i
  COMPREPLY=()
  # A value behind "=" is a word of its own here, since "=" breaks words.
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
