import { BELFRY_SOURCE } from '../../main/domain/inbound-message.ts';
import type { Picture } from './picture.ts';

/** Each begin and each end of maintenance is announced once. */
export function* announcedOnce({ alerts }: Picture): Iterable<string> {
  const seen = new Set<string>();
  for (const { source, host, labels } of alerts) {
    if (source !== BELFRY_SOURCE) continue;
    const { maintenance = '', since = '' } = JSON.parse(labels) as Record<string, string>;
    const what = `${host} since ${since} ${maintenance}`;
    if (seen.has(what)) yield `${what} is announced twice`;
    seen.add(what);
  }
}
