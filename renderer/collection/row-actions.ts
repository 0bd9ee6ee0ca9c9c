import { text } from '../messages/text.svelte.ts';
import type { Action, Question } from '../ui/action.ts';
import type { Collection, Item } from './collection.svelte.ts';

export const editAction = <T extends Item, D>(
  collection: Collection<T, D>,
  item: T,
  tone: Action['tone'] = null,
): Action => ({
  key: 'edit',
  label: text('common.edit'),
  tone,
  run: () => (collection.editing = item),
});

export const enableAction = <T extends Item, D>(collection: Collection<T, D>, item: T): Action => ({
  key: 'enable',
  label: text(item.enabled ? 'common.disable' : 'common.enable'),
  run: () => collection.setEnabled(item, !item.enabled),
});

/** The deletion of an item, which asks first and names the consequences. */
export const deleteAction = <T extends Item, D>(
  collection: Collection<T, D>,
  item: T,
  help: Question['help'],
  run = (): Promise<unknown> => collection.delete(item),
): Action => ({
  key: 'delete',
  label: text('common.delete'),
  tone: 'danger',
  ask: { title: text('item.deleteTitle', { name: item.name ?? '' }), help },
  run,
});

/** The id of a row's button. */
export const actionId = (key: string, itemId: string): string => `${key}-${itemId}`;
