import type { TextKey } from '../../main/messages/messages.ts';

interface KeyUse {
  /** The name of what the key does. */
  readonly label: TextKey;
  /** As `KeyboardEvent.key` says it. */
  readonly key: string;
}

/** The keys of lists, by what they do: the hints beside buttons, the help and the listener read this table. */
export const KEYS = {
  next: { label: 'keys.next', key: 'j' },
  previous: { label: 'keys.previous', key: 'k' },
  select: { label: 'keys.select', key: 'x' },
  open: { label: 'keys.open', key: 'o' },
  acknowledge: { label: 'keys.acknowledge', key: 'a' },
  snooze: { label: 'keys.snooze', key: 's' },
  requeue: { label: 'keys.requeue', key: 'r' },
  search: { label: 'keys.search', key: '/' },
  help: { label: 'keys.help', key: '?' },
} as const satisfies Record<string, KeyUse>;

const BY_ACTION: Readonly<Record<string, KeyUse | undefined>> = KEYS;

/** Returns the key of an action, by the key that tells it from its neighbours; undefined for one without. */
export const shortcutOf = (action: string): string | undefined => BY_ACTION[action]?.key;
