import { spellings, type CommandNode } from './command-tree.ts';
import { valueBranches, walkStep } from './posix-walk.ts';
import { posixQuoted } from './shell-quote.ts';

/** `name:description`, as `_describe` takes it. */
const described = (name: string, description: string): string =>
  posixQuoted(`${name.replaceAll(':', String.raw`\:`)}:${description}`);

/** Completion for zsh, by `eval` or as a file `_belfry` in `$fpath`. */
export function zshScript(program: string, nodes: readonly CommandNode[]): string {
  const words = nodes.map(({ path, commands, operands, options }) => {
    const plain = [
      ...commands.map(({ name, description }) => described(name, description)),
      ...operands.map(posixQuoted),
    ];
    const flags = options.flatMap((option) =>
      spellings(option).map((spelling) => described(spelling, option.description)),
    );
    return `      ${posixQuoted(path)}) found=(${plain.join(' ')}); flags=(${flags.join(' ')}) ;;`;
  });
  const values = valueBranches(nodes, ({ value, choices }) => {
    if (choices.length > 0) return `compadd -- ${choices.map(posixQuoted).join(' ')}`;
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
    if (( $#found )); then _describe -t commands ${posixQuoted(program)} found; fi
  fi
}
if [[ $funcstack[1] == _${program} ]]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}
