import { onMount } from 'svelte';
import { getServices } from '../app/services.ts';
import type { Draft } from '../form/draft.svelte.ts';

/**
 * Returns a function that closes the dialog of a draft, and asks first if something was entered in it since it was
 * opened. Call while the dialog is made.
 */
export function askBeforeLoss(draft: Draft, close: () => void): () => void {
  const { unsaved } = getServices();
  const begun = draft.entered;
  // A draft that is on its way to the host is not lost.
  const isChanged = (): boolean => draft.entered !== begun && !draft.submission.saving;
  onMount(() => unsaved.watch(isChanged));
  return () => unsaved.leave(close, isChanged());
}
