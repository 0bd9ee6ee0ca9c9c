import { configure } from '@testing-library/svelte';
import { afterEach, vi } from 'vitest';

// The limit of what waits for the window, one second by default, which a busy machine exceeds.
configure({ asyncUtilTimeout: 10_000 });

/** jsdom has no layout, so there is nothing to observe. */
class StubObserver {
  observe(): void {
    return;
  }

  disconnect(): void {
    return;
  }
}
vi.stubGlobal('ResizeObserver', StubObserver);
vi.stubGlobal('IntersectionObserver', StubObserver);
// jsdom hides popovers, and cannot show one.
if (typeof HTMLElement !== 'undefined') {
  HTMLElement.prototype.showPopover = function show() {
    this.removeAttribute('popover');
  };
}
if (typeof Element !== 'undefined') Element.prototype.scrollIntoView = () => undefined;

// The files of a process share one document, which the next test has to find as if it were new.
afterEach(() => {
  if (typeof document === 'undefined') return;
  document.body.replaceChildren();
  localStorage.clear();
  history.replaceState(null, '', '/');
});
