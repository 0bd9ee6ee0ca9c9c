import { render } from '@testing-library/svelte';
import { onTestFinished } from 'vitest';
import App from '../../../renderer/app/App.svelte';
import { createServices } from '../../../renderer/app/services.ts';
import { loadViews } from '../../../renderer/shell/views.svelte.ts';
import type { FakeClient } from './fake-client.ts';
import { ManualClock } from './manual-clock.ts';
import { NOW_MS } from './samples.ts';

// A test opens a view as a browser does whose window has been open for a while.
await loadViews();

/** jsdom has no modal dialogs; this one only opens, without the top layer and without inert surroundings. */
function lendShowModal(): void {
  if ('showModal' in HTMLDialogElement.prototype) return;
  Object.defineProperty(HTMLDialogElement.prototype, 'showModal', {
    value(this: HTMLDialogElement) {
      this.open = true;
    },
  });
}

/** The whole window at a route, on a stubbed host and a clock that stands still; by default in a browser that has seen the first steps. */
export function openWindow(client: FakeClient, hash: string, { isNew = false } = {}) {
  lendShowModal();
  if (!isNew) localStorage.setItem('belfry.hideFirstSteps', '1');
  location.hash = hash;
  const clock = new ManualClock(NOW_MS);
  const services = createServices(client, clock, window);
  render(App, { services });
  services.start();
  onTestFinished(() => {
    services.stop();
  });
  return { clock, services };
}
