/** Returns the values of a comma-separated text field, in order, each once. */
export const textList = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
];
