import { text } from '../messages/text.svelte.ts';
import type { IconName } from '../ui/icons.ts';
import type { Collection, Item } from './collection.svelte.ts';

/** A button of a row. */
export interface RowAction {
  /** Tells it from the row's other buttons, also when its label changes. */
  readonly key: string;
  readonly label: string;
  readonly run: () => unknown;
  readonly disabled?: boolean;
  readonly primary?: boolean;
  /** Shown in place of the label, which is then read aloud only. */
  readonly icon?: IconName;
  readonly title?: string | undefined;
}

export const editAction = <T extends Item, D>(
  collection: Collection<T, D>,
  item: T,
  primary = false,
): RowAction => ({
  key: 'edit',
  label: text('common.edit'),
  primary,
  run: () => (collection.editing = item),
});

export const enableAction = <T extends Item, D>(
  collection: Collection<T, D>,
  item: T,
): RowAction => ({
  key: 'enable',
  label: text(item.enabled ? 'common.disable' : 'common.enable'),
  disabled: collection.isBusy(item.id),
  run: () => collection.setEnabled(item, !item.enabled),
});

/** The id of a row's button. */
export const actionId = (key: string, itemId: string): string => `${key}-${itemId}`;
