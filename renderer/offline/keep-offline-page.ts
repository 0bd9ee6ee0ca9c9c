/**
 * Lets the browser keep the page that is shown while Belfry cannot be reached. Browsers do so only for
 * pages with HTTPS or on this computer.
 */
export async function keepOfflinePage({ isSecureContext, navigator }: Window): Promise<void> {
  // The development server has no such page.
  if (!isSecureContext || !('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  try {
    await navigator.serviceWorker.register('./sw.js');
  } catch {
    // A browser may refuse, as in a private window; it shows its own error page then.
  }
}
