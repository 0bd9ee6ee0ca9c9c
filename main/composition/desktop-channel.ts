import type { Clock } from '../base/clock.ts';
import type { Core } from '../core.ts';

/** At the very first desktop start this computer is added as a channel; whoever removes it is not asked again. */
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
