/**
 * Names of channels so that each comes after the one that it falls back to, or the names that lead in a
 * circle. Saved in that order, no fallback is ever checked against one that is about to change.
 */
export function fallbackOrder(
  fallbacks: ReadonlyMap<string, string | null>,
): { readonly order: readonly string[] } | { readonly circle: readonly string[] } {
  const order = new Set<string>();
  for (const name of fallbacks.keys()) {
    const chain: string[] = [];
    let next: string | null | undefined = name;
    while (typeof next === 'string' && !order.has(next)) {
      if (chain.includes(next)) return { circle: [...chain.slice(chain.indexOf(next)), next] };
      chain.push(next);
      next = fallbacks.get(next);
    }
    for (const done of chain.reverse()) order.add(done);
  }
  return { order: [...order] };
}
