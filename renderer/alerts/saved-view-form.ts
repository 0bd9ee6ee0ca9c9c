import { savedViewInput, type SavedView } from '../../main/contract/saved-view.ts';
import type { RouteParams } from '../app/route.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import type { CollectionOf, DraftOf } from '../collection/collection.svelte.ts';
import { nameField } from '../form/common-parts.ts';

/** Returns the parameters that an address has; those that say nothing are left out. */
export const paramsOf = (
  params: Readonly<Record<string, string | null | undefined>>,
): RouteParams =>
  Object.fromEntries(
    Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );

/** Returns true if two addresses show the same. */
export function isSameView(one: RouteParams, other: RouteParams): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}

/** The name of a view: of a new one with what is shown now, or another one for what is saved. */
export class SavedViewForm extends ItemForm<SavedView, DraftOf<'views'>> {
  readonly #params: SavedView['params'];

  constructor(views: CollectionOf<'views'>, edited: SavedView | null, params: SavedView['params']) {
    super(views, edited, {
      schema: savedViewInput,
      fresh: () => ({ name: '' }),
      parts: [nameField()],
    });
    this.#params = params;
  }

  override get sent() {
    return { name: this.get<string>('name'), params: this.#params };
  }
}
