/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { formatSearch } from '../../main/contract/search.ts';
import { COUNTED_MAX } from '../../main/store/search-index.ts';
import { openTables } from '../../main/store/tables.ts';
import { plansOf } from '../support/query-plans.ts';
import { FILLERS, STEP, Stored, WORDS } from './search-lab.ts';
import {
  alertsFound,
  expectAlerts,
  expectNotifications,
  notificationsFound,
} from './search-oracle.ts';

describe('a search', () => {
  test.each([1, 2])('finds what a scan finds, whatever is indexed (%i)', (seed) => {
    using stored = new Stored(seed);
    for (let round = 0; round < 16; round++) {
      for (let n = 0; n < 12; n++) stored.insert();
      for (let n = 0; n < 6; n++) stored.change();
      // The old rows take hundreds of steps.
      if (round === 4) stored.index();
      const index = stored.pick(stored.indexes);
      for (let n = 0; n < 4; n++) stored.step(index);
      if (round % 8 === 7) stored.reopen();
      for (let n = 0; n < 5; n++) expectAlerts(stored);
      for (let n = 0; n < 5; n++) expectNotifications(stored);
    }
    stored.index();
    for (let n = 0; n < 40; n++) expectAlerts(stored);
    for (let n = 0; n < 40; n++) expectNotifications(stored);
  });

  test('finds any character, and reads none as a query', () => {
    using stored = new Stored(9);
    for (let n = 0; n < 150; n++) stored.insert();
    stored.index();
    for (const word of WORDS.map((word) => word.trim()).filter((word) => word !== '')) {
      const terms = { words: [word], matchers: [] };
      const q = formatSearch(terms);
      const page = stored.tables.alertPages.list({ q, limit: 200 }, null);
      expect(seqsOf(page.rows), q).toEqual(alertsFound(stored, terms, {}).slice(0, 200));
      const notifications = notificationsFound(stored, terms, {});
      const { rows } = stored.tables.notifications.pages.list({ q, page: 1, per_page: 200 }, null);
      expect(seqsOf(rows), q).toEqual(notifications.slice(0, 200));
    }
  });

  test('counts no further than it must, and says so', () => {
    using stored = new Stored(5);
    stored.index();
    const { alertPages, notifications } = stored.tables;
    const alerts = (q: string) => alertPages.list({ q, limit: 50 }, null);
    const least = { total: COUNTED_MAX, isAtLeast: true };
    expect(alerts('common')).toMatchObject(least);
    expect(alerts('words 7')).toMatchObject(least);
    expect(alerts('nothing')).toMatchObject({ total: 0, isAtLeast: false });
    const page = (n: number, q: string) =>
      notifications.pages.list({ q, page: n, per_page: 500 }, null);
    expect(page(1, 'common')).toMatchObject(least);
    // Whoever turns the pages gets to all of them.
    expect(page(3, 'common')).toMatchObject({ total: 1_000 + COUNTED_MAX, isAtLeast: true });
    const last = page(Math.ceil(FILLERS / 500), 'common');
    expect(last).toMatchObject({ total: FILLERS, isAtLeast: false });
    expect(last.rows.at(-1)?.seq).toBe(1);
  });

  test('reads neither every row nor sorts them', () => {
    using stored = new Stored(6);
    stored.index();
    const plans = plansOf(stored.db, (db) => {
      const { alertPages, notifications } = openTables(db);
      for (const q of ['common words', 'nothing', 'zq', 'o', 'zone=~"base.*" x', 'host!="nas"']) {
        alertPages.list({ q, limit: 50 }, null);
        notifications.pages.list({ q, page: 1, per_page: 50 }, null);
      }
    });
    for (const [sql, steps] of plans) {
      expect(steps.join('; '), sql).not.toContain('TEMP B-TREE');
      if (sql.includes('UNION'))
        expect(steps.join('; '), sql).not.toMatch(/SCAN (alerts|n)\b(?! USING)/);
    }
  });

  test('is complete while an index made of other sentences is made anew', () => {
    using stored = new Stored(7);
    for (let n = 0; n < 100; n++) stored.insert();
    stored.index();
    const [, index] = stored.indexes;
    stored.db.run(
      "UPDATE search_progress SET wording = 'older' WHERE indexed = 'notification_search'",
    );
    expect(index?.through()).toBe(0);
    for (let n = 0; n < 20; n++) expectNotifications(stored);
    index?.indexNext(STEP);
    expect(index?.through()).toBe(STEP);
    stored.index();
    for (let n = 0; n < 20; n++) expectNotifications(stored);
  });
});

describe('the index of a search', () => {
  test('forgets what retention takes', () => {
    using stored = new Stored(8);
    for (let n = 0; n < 50; n++) stored.insert();
    stored.index();
    const left = (name: string) => stored.db.value<number>(`SELECT count(*) FROM ${name}`);
    stored.db.run('DELETE FROM alerts');
    stored.db.run('DELETE FROM notifications');
    for (const { indexed } of stored.indexes) {
      expect(left(`${indexed.index}_docsize`)).toBe(0);
      expect(left(`${indexed.index}_gaps`)).toBe(0);
      expect(left(`${indexed.index}_terms`)).toBe(0);
    }
  });

  test('takes no more text in one step than is quickly done', () => {
    using stored = new Stored(10);
    const [alerts] = stored.indexes;
    while ((alerts?.behind() ?? 0) > 0) alerts?.indexNext(1_000);
    const before = alerts?.through() ?? 0;
    for (let n = 0; n < 3; n++) stored.insert();
    stored.db.run('UPDATE alerts SET message = ? WHERE seq > ?', ['x'.repeat(60_000), before]);
    alerts?.indexNext(1_000);
    expect(alerts?.through()).toBe(before + 1);
  });
});

const seqsOf = (rows: readonly { readonly seq: number }[]): number[] => rows.map(({ seq }) => seq);
