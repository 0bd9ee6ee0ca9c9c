import type { Attachment } from 'svelte/attachments';
import { focusOr, takeFocus } from './focus.ts';

/**
 * Makes a dialog modal while it is in the page. The focus begins at the first control that is found, and
 * afterwards goes back to where it came from.
 */
export const modal =
  (first: (dialog: HTMLDialogElement) => HTMLElement | null): Attachment<HTMLDialogElement> =>
  (dialog) => {
    const before = dialog.ownerDocument.activeElement;
    dialog.showModal();
    takeFocus(first(dialog));
    return () => focusOr(before);
  };
