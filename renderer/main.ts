import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/forms.css';
import './styles/lists.css';
import './styles/print.css';
import { Root } from './app/root.ts';
import { parseRoute } from './app/route.ts';
import { DesktopCores } from './cores/desktop-cores.svelte.ts';
import { languageReady } from './messages/text.svelte.ts';
import { keepOfflinePage } from './offline/keep-offline-page.ts';
import { loadView, loadViews } from './shell/views.svelte.ts';
import { browserClock } from './time/clock.ts';

/** The first view has drawn by then, and nobody waits for these. */
const LOAD_REST_AFTER_MS = 1_000;

const target = document.getElementById('app');
if (!target) throw new Error('index.html must hold #app');

const cores = window.belfry ? new DesktopCores(window.belfry, window.localStorage) : null;
const root = new Root(target, window, browserClock, cores);
// The list says which core can be shown at all.
await Promise.all([
  cores?.load(),
  languageReady(),
  loadView(parseRoute(window.location.hash).view),
]);
root.show();
browserClock.after(LOAD_REST_AFTER_MS, () => {
  void loadViews();
  if (!window.belfry) void keepOfflinePage(window);
});
