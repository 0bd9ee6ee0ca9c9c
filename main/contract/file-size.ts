/** From here on one decimal rounds up to a thousand, which the next unit says better. */
const NEXT_UNIT_FROM = 999.95;

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** A file's size as people say it, `4.2 MB`; in thousands, as disks are sold. */
export function fileSize(bytes: number, locale?: string): string {
  let size = bytes;
  let unit = 0;
  while (size >= NEXT_UNIT_FROM && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${size.toLocaleString(locale, { maximumFractionDigits: unit === 0 ? 0 : 1 })} ${UNITS[unit] ?? ''}`;
}
