/**
 * Copies text; returns false and leaves `shown` selected if the browser refuses. The asynchronous clipboard
 * needs a secure context, which a LAN address over http is not, so the older way is the fallback.
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
