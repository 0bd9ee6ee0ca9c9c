import type { IssueReason } from '../contract/reasons/issue-reasons.ts';

interface Linked {
  readonly id: string;
  readonly name: string;
  readonly fallbackChannelId: string | null;
}

/**
 * Returns why `fallbackId` cannot be the fallback of the channel `id` (null for one that is just being created);
 * null when it can. What dies must arrive somewhere new, so no chain may lead back, however long it is.
 */
export function fallbackProblem(
  channels: readonly Linked[],
  id: string | null,
  fallbackId: string,
): IssueReason | null {
  if (fallbackId === id) return { code: 'issue.fallback_self', params: {} };
  const byId = new Map(channels.map((channel) => [channel.id, channel]));
  const names: string[] = [];
  let next = byId.get(fallbackId);
  if (!next) return { code: 'issue.fallback_unknown', params: {} };
  while (next) {
    names.push(next.name);
    if (next.id === id) {
      return { code: 'issue.fallback_loop', params: { channels: names.join(' → ') } };
    }
    if (names.length > channels.length) return { code: 'issue.fallback_own_loop', params: {} };
    next = next.fallbackChannelId === null ? undefined : byId.get(next.fallbackChannelId);
  }
  return null;
}

/** Every channel whose chain of fallbacks passes through `id`; without `id` itself. */
export function routesTo(channels: readonly Linked[], id: string): string[] {
  const found = new Set([id]);
  // Each round finds those that are one link further away, until there are no more.
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { id: from, fallbackChannelId } of channels) {
      if (fallbackChannelId !== null && found.has(fallbackChannelId)) found.add(from);
    }
  }
  found.delete(id);
  return [...found];
}

/** Returns the first channel along the chain of fallbacks after `id` that `isUsable`; null when there is none. */
export function firstAlongChain<Channel extends { readonly fallbackChannelId: string | null }>(
  id: string,
  get: (id: string) => Channel | null,
  isUsable: (channel: Channel) => boolean,
): Channel | null {
  const seen = new Set([id]);
  let next = get(id)?.fallbackChannelId ?? null;
  while (next !== null && !seen.has(next)) {
    seen.add(next);
    const channel = get(next);
    if (channel && isUsable(channel)) return channel;
    next = channel?.fallbackChannelId ?? null;
  }
  return null;
}
