const SLUG_CHARS_MAX = 64;

/** The last part of a ping address, made from a name: `Ström & Wärme` becomes `strom-warme`. */
export function slugFrom(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, SLUG_CHARS_MAX)
    .replace(/-+$/, '');
  // A name in another script has nothing that could stand in an address.
  return slug === '' ? 'heartbeat' : slug;
}
