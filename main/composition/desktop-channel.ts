import type { Clock } from '../base/clock.ts';
import type { Core } from '../core.ts';

/** Adds this computer as a channel at the very first start of a desktop; not again after it was removed. */
export async function offerDesktopChannel(
  core: Core,
  { host, clock }: { readonly host: 'desktop' | 'headless'; readonly clock: Clock },
): Promise<void> {
  const { settings } = core.tables;
  if (host !== 'desktop' || settings.marker('desktopChannelOffered') !== null) return;
  const channel = { kind: 'desktop', name: 'This computer', config: {}, enabled: true } as const;
  await core.channels.collection.create(channel, 'belfry');
  const now = clock.now();
  await core.writer.submit(() => settings.setMarker('desktopChannelOffered', now));
}
