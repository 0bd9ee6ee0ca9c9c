/** A moment in a file's name, in UTC: `20260329T140509Z`. */
export const stampOf = (atMs: number): string =>
  new Date(atMs).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');

const STAMP = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** Null for what is no stamp. */
export function momentOf(stamp: string): number | null {
  if (!STAMP.test(stamp)) return null;
  const atMs = Date.parse(stamp.replace(STAMP, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(atMs) ? null : atMs;
}
