import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';

interface Holdable {
  hold(): void;
  release(): void;
}

/** Holds a list still while the pointer or the focus is in the element. */
export const holdStill =
  (list: Holdable): Attachment<HTMLElement> =>
  (element) => {
    const page = element.ownerDocument;
    const stop = new AbortController();
    const { signal } = stop;
    let isPointed = element.matches(':hover');
    let isFocused = element.contains(page.activeElement);
    // Elements lose the focus while Svelte draws, when only what is not tracked may change.
    const decide = (): void => {
      untrack(() => {
        if (isPointed || isFocused) list.hold();
        else list.release();
      });
    };
    const listen = <K extends 'pointerenter' | 'pointerleave'>(type: K, pointed: boolean): void =>
      element.addEventListener(
        type,
        () => {
          isPointed = pointed;
          decide();
        },
        { signal },
      );
    listen('pointerenter', true);
    listen('pointerleave', false);
    // On the page, since a control that has left the list reports nothing of its loss.
    const moved = (target: EventTarget | null): void => {
      isFocused = target instanceof Node && element.contains(target);
      decide();
    };
    page.addEventListener('focusin', ({ target }) => moved(target), { signal });
    page.addEventListener('focusout', ({ relatedTarget }) => moved(relatedTarget), { signal });
    decide();
    return () => {
      stop.abort();
      untrack(() => list.release());
    };
  };
