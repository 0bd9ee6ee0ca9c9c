import { spellings, type CommandNode, type OptionNode } from './command-tree.ts';
import { posixQuoted } from './shell-quote.ts';

/** A `case` pattern that matches an option of a command, as `<path>:<option>`. */
const patternOf = (path: string, option: OptionNode): string =>
  spellings(option)
    .map((spelling) => posixQuoted(`${path}:${spelling}`))
    .join('|');

const withValue = ({ value }: OptionNode): boolean => value !== null;

/**
 * The loop body that bash and zsh share (`path` would be zsh's list of directories): `word` takes `route` further down the tree, or says with
 * `taker` that the next word is an option's value.
 */
export function walkStep(nodes: readonly CommandNode[]): string {
  const takers = nodes.flatMap(({ path, options }) =>
    options.filter(withValue).map((option) => patternOf(path, option)),
  );
  const steps = nodes.flatMap(({ path, commands }) =>
    commands.map(
      ({ name }) =>
        `      ${posixQuoted(`${path}:${name}`)}) route=${posixQuoted(path === '' ? name : `${path} ${name}`)} ;;`,
    ),
  );
  return `    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $taker ]]; then taker=; continue; fi
    case "$route:$word" in
      ${takers.join('|\\\n      ')}) taker="$route:$word" ;;
${steps.join('\n')}
    esac`;
}

/** One `case` branch for each option with a value; `draw` says what a shell does to complete it. */
export const valueBranches = (
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
