import { BELFRY_SOURCE } from '../../main/domain/inbound-message.ts';
import type { Picture } from './picture.ts';

/** Each begin and each end of maintenance is announced once, and each change of an end. */
export function* announcedOnce({ alerts }: Picture): Iterable<string> {
  const seen = new Set<string>();
  for (const { source, host, labels } of alerts) {
    if (source !== BELFRY_SOURCE) continue;
    const {
      maintenance = '',
      since = '',
      until = '',
    } = JSON.parse(labels) as Record<string, string>;
    const end = maintenance === 'changed' ? ` until ${until}` : '';
    const what = `${host} since ${since} ${maintenance}${end}`;
    if (seen.has(what)) yield `${what} is announced twice`;
    seen.add(what);
  }
}
