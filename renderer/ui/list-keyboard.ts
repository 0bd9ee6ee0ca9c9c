import { KEYS } from './keys.ts';

const ROW = 'li,tr';
const LINK = '.row-link';

/** Returns true if a key belongs to a field or a dialog. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  if (!(target instanceof Element)) return false;
  if (target.ownerDocument.querySelector('dialog[open]')) return true;
  return target.matches('input:not([type="checkbox"]), select, textarea, [contenteditable]');
}

/** Returns the row that has the focus; null while none has. */
function currentRow(page: Document): Element | null {
  const row = page.activeElement?.closest(ROW) ?? null;
  return row?.querySelector(LINK) ? row : null;
}

/** Moves the focus by one row, or to the first. */
function move(page: Document, step: 1 | -1): void {
  const links = [...page.querySelectorAll<HTMLElement>(`main ${LINK}`)];
  const here = currentRow(page)?.querySelector<HTMLElement>(LINK);
  const at = here ? links.indexOf(here) + step : 0;
  links[at]?.focus();
}

/** Presses the button with this key: of the ticked rows, else of the row with the focus, else of the details. */
function act(page: Document, key: string): boolean {
  const button = `button[aria-keyshortcuts="${key}"]`;
  const places = [
    page.querySelector('main [data-chosen]'),
    currentRow(page),
    page.querySelector('main aside'),
  ];
  const place = places.find((each) => each?.querySelector(button));
  const found = place?.querySelector<HTMLButtonElement>(button);
  found?.click();
  return found !== undefined && found !== null;
}

/** Does what a key says to the list in the view. Returns true if it did something; the help is the caller's. */
export function pressInList(event: KeyboardEvent, page: Document, help: () => void): boolean {
  if (isTaken(event)) return false;
  const { key } = event;
  const row = currentRow(page);
  switch (key) {
    case KEYS.next.key:
      move(page, 1);
      return true;
    case KEYS.previous.key:
      move(page, -1);
      return true;
    case KEYS.select.key:
      row?.querySelector<HTMLElement>('input[type="checkbox"]')?.click();
      return row !== null;
    case KEYS.open.key:
      row?.querySelector<HTMLElement>(LINK)?.click();
      return row !== null;
    case KEYS.search.key: {
      const search = page.querySelector<HTMLInputElement>(
        'main input[type="search"], main [role="searchbox"], main [role="combobox"]',
      );
      search?.focus();
      return search !== null;
    }
    case KEYS.help.key:
      help();
      return true;
    default:
      return act(page, key);
  }
}
