import { Collection, type CollectionDeps } from '../collections/collection.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ParsedInput } from '../contract/methods.ts';
import type { SavedView } from '../contract/saved-view.ts';
import type { SavedViewTable } from '../store/rule-tables.ts';

export interface SavedViewsDeps extends CollectionDeps {
  readonly rows: SavedViewTable;
}

/** Returns the views of the alerts that people have saved, for every window. */
export const savedViews = ({ rows, ...deps }: SavedViewsDeps) =>
  new Collection<SavedView, ParsedInput<'views.create'>, ParsedInput<'views.update'>, SavedView>(
    deps,
    {
      rows,
      audit: 'saved_view',
      max: LIMITS.savedViewsMax,
      uniqueNames: true,
      reason: ({ name }) => ({ code: 'audit.named', params: { name } }),
      show: (shown) => [...shown],
      changed: ({ unit }) => unit.changed({ entity: 'views' }),
    },
  );
export type SavedViews = ReturnType<typeof savedViews>;
