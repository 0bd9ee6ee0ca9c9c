import type { z } from 'zod';
import type { settingsPatch } from '../../contract/system.ts';
import { changedSettings, type SettingsBook } from '../settings-book.ts';
import type { Known, Section } from './section.ts';

export type SettingsEntry = z.output<typeof settingsPatch>;

const KEY = 'settings';

/** Settings are one thing, and what a file leaves out of them stays. */
export const settingsSection = (book: SettingsBook): Section<SettingsEntry> => ({
  name: 'settings',
  known: () => new Map([[KEY, { id: KEY, facts: book.current(), secrets: {} }]]),
  written: ({ facts }: Known) => facts,
  keyOf: () => [KEY, KEY],
  want: (entry) => {
    const facts = changedSettings(book.current(), entry);
    return { ok: true, wanted: { entry, facts, secrets: {}, notes: [] } };
  },
  put: (unit, { entry }, _id, actor) => book.updateIn(unit, entry, actor),
  remove: () => ({ ok: true, value: { status: 'deleted' } }),
});
