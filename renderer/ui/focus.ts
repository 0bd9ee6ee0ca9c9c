/** Focuses `target` if it is still in the page, else the view's heading. */
export function focusOr(target: Element | null, options?: FocusOptions): void {
  const heading = document.querySelector<HTMLElement>('main h1');
  const usable = target instanceof HTMLElement && target.isConnected && target !== document.body;
  (usable ? target : heading)?.focus(options);
}

/** The id of the link in a list that opens an entity's details. */
export const rowId = (id: string): string => `row-${id}`;
