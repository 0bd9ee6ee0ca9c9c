import { onDestroy } from 'svelte';

/**
 * Closes the dialog in which this is called, as long as it is there: somebody may have closed it before an
 * answer, and opened another, which is not this one's to close.
 */
export function whileOpen(onclose: () => void): () => void {
  let isOpen = true;
  onDestroy(() => (isOpen = false));
  return () => {
    if (isOpen) onclose();
  };
}
