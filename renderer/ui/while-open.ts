import { onDestroy } from 'svelte';

/**
 * Returns a function that closes the dialog in which this is called, while it is there: it may have been
 * closed before an answer came, and another opened.
 */
export function whileOpen(onclose: () => void): () => void {
  let isOpen = true;
  onDestroy(() => (isOpen = false));
  return () => {
    if (isOpen) onclose();
  };
}
