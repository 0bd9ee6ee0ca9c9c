/** Returns up to two letters that stand for a sender, as decoration beside its name. */
export function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).filter((word) => word !== '');
  const [first = '', second = ''] = words;
  return second === '' ? first.slice(0, 2) : first.slice(0, 1) + second.slice(0, 1);
}

/** Returns a hue in degrees, the same for a name wherever it is shown. */
export const hueOf = (name: string): number =>
  [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
