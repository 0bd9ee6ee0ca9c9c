/** One instruction of a Dockerfile: its word in capitals, and the rest of its line. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** The part between one `FROM` and the next. */
export interface Stage {
  readonly image: string;
  readonly name: string | null;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile of one instruction a line; throws on what it cannot read. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { image: string; name: string | null; instructions: Instruction[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, word, rest] = /^([A-Z]+) (.+[^\\])$/.exec(line) ?? [];
    if (word === undefined || rest === undefined) throw new Error(`Not one instruction: ${line}`);
    if (word === 'FROM') {
      const [image = '', , name = null] = rest.split(' ');
      stages.push({ image, name, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new Error(`${word} stands before any FROM`);
    stage.instructions.push({ word, rest });
  }
  return stages;
}

/** The words of an instruction in the form of JSON, such as a CMD. */
export function wordsOf(json: string): string[] {
  return JSON.parse(json) as string[];
}
