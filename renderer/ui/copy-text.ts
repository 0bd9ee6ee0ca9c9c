/**
 * Puts text on the clipboard; false when the browser refuses, and then `shown` is left selected.
 * The asynchronous clipboard exists only in secure contexts, and a LAN address over http is none, so the
 * older way stands behind it.
 */
export async function copyText(text: string, shown: HTMLElement): Promise<boolean> {
  const clipboard = (navigator as Partial<Navigator>).clipboard;
  if (clipboard && (await wrote(clipboard, text))) return true;
  getSelection()?.selectAllChildren(shown);
  return document.execCommand('copy');
}

const wrote = (clipboard: Clipboard, text: string): Promise<boolean> =>
  clipboard.writeText(text).then(
    () => true,
    () => false,
  );
