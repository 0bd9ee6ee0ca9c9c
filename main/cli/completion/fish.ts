import { spellings, stepsOf, type CommandNode, type OptionNode } from './command-tree.ts';

/** A word in single quotes, within which fish knows backslashes. */
const fishQuoted = (word: string): string =>
  `'${word.replaceAll(/['\\]/g, (mark) => `\\${mark}`)}'`;

/** Completion for fish: `belfry completion fish | source`. */
export function fishScript(program: string, nodes: readonly CommandNode[]): string {
  return `# Completion of ${program} for fish.
${pathFunction(program, nodes)}
complete -c ${program} -f
${nodes.flatMap((node) => completions(program, node)).join('\n')}
`;
}

/** Prints the command that the words so far lead to, passing over the values of options. */
function pathFunction(program: string, nodes: readonly CommandNode[]): string {
  const takers = nodes.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== null)
      .flatMap((option) => spellings(option).map((it) => fishQuoted(`${path}:${it}`))),
  );
  const steps = stepsOf(nodes).map(
    ([from, to]) => `            case ${fishQuoted(from)}
                set path ${fishQuoted(to)}`,
  );
  return `function __${program}_path
    set -l path ''
    set -l taken 0
    set -l words (commandline -opc)
    for word in $words[2..]
        if test $taken = 1
            set taken 0
            continue
        end
        switch "$path:$word"
            case ${takers.join(' ')}
                set taken 1
${steps.join('\n')}
        end
    end
    echo $path
end`;
}

function completions(program: string, node: CommandNode): string[] {
  const condition = `-n ${fishQuoted(`test "$(__${program}_path)" = ${fishQuoted(node.path)}`)}`;
  const start = `complete -c ${program} ${condition}`;
  return [
    ...node.commands.map(
      ({ name, description }) => `${start} -a ${fishQuoted(name)} -d ${fishQuoted(description)}`,
    ),
    ...node.operands.map((word) => `${start} -a ${fishQuoted(word)}`),
    ...node.options.map((option) => `${start} ${optionWords(option)}`),
  ];
}

function optionWords({ short, long, description, value, choices }: OptionNode): string {
  const words = [`-l ${long.replace(/^--/, '')}`, `-d ${fishQuoted(description)}`];
  if (short !== null) words.unshift(`-s ${short.replace(/^-/, '')}`);
  if (value === null) return words.join(' ');
  if (choices.length > 0) return [...words, `-xa ${fishQuoted(choices.join(' '))}`].join(' ');
  if (value === 'files') return [...words, '-rF'].join(' ');
  return [...words, value === 'directories' ? "-xa '(__fish_complete_directories)'" : '-x'].join(
    ' ',
  );
}
