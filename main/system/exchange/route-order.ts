/**
 * The order of routes when a file that names some of them is merged: those keep the file's order in the
 * places that they had together; a new one stands before the next one of the file, or else at the end.
 */
export function mergedOrder(stored: readonly string[], inFile: readonly string[]): string[] {
  const storedNames = new Set(stored);
  const fileNames = new Set(inFile);
  const left = [...inFile];
  const order: string[] = [];
  for (const name of stored) {
    if (!fileNames.has(name)) {
      order.push(name);
      continue;
    }
    // A place of one that the file names: whatever the file has next, up to one that was there.
    const upTo = left.findIndex((next) => storedNames.has(next));
    order.push(...left.splice(0, upTo + 1));
  }
  return [...order, ...left];
}
