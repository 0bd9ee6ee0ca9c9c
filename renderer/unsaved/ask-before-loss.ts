import { onMount } from 'svelte';
import { getServices } from '../app/services.ts';
import type { Draft } from '../form/draft.svelte.ts';
import type { ShownToken } from './shown-token.svelte.ts';
import type { Loss } from './unsaved.svelte.ts';

/**
 * Returns a function that closes the dialog of a draft, and asks first if something was entered in it since it was
 * opened, or if the token that it made would be lost. Call while the dialog is made.
 */
export function askBeforeLoss(
  draft: Draft,
  close: () => void,
  token: ShownToken | null = null,
): () => void {
  const { unsaved } = getServices();
  const begun = draft.entered;
  // A draft that is on its way to the host, or that has made its token, is not lost.
  const isChanged = (): boolean =>
    draft.entered !== begun && !draft.submission.saving && !token?.secret;
  onMount(() => unsaved.watch(isChanged));
  const loss = (): Loss | null => (token?.isAtRisk ? 'token' : isChanged() ? 'changes' : null);
  return () => unsaved.leave(close, loss());
}
