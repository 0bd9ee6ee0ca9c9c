import { app, powerMonitor } from 'electron';
import type { Clock } from '../base/clock.ts';
import { onStopSignals } from '../base/stop-signals.ts';
import { linkIn, routeIn } from './deep-link.ts';
import type { Desktop } from './desktop-app.ts';
import type { Quitting } from './quitting.ts';

/** Follows what the system and other starts of Belfry ask of the app. */
export function followSystem(desktop: Desktop, quitting: Quitting): void {
  app.on('second-instance', (_event, args) => {
    // Whoever starts Belfry while it drains wants it afterwards.
    if (quitting.underWay) quitting.restart(linkIn(args));
    else desktop.show(routeIn(args));
  });
  app.on('activate', () => desktop.show());
  // Without a listener Electron quits with its last window, and nothing would be sent any more.
  app.on('window-all-closed', () => undefined);
  powerMonitor.on('resume', () => desktop.resumed());
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    // Else the system's lock that waits for Belfry is dropped at once. The types do not know the event.
    event?.preventDefault();
    app.quit();
  });
}

/**
 * Drains at the first signal to stop, and ends without a drain at a later one. Call once the app is ready:
 * Electron has installed its own handlers by then, which end the process at the second. These replace them.
 */
export function followSignals(clock: Clock, quitNow: () => void): void {
  onStopSignals(clock, { stop: () => app.quit(), force: quitNow });
}
