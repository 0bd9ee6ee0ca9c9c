import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../main/app.ts';
import type { MethodName } from '../../main/contract/methods.ts';
import { appOptions } from '../support/app-options.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { momentText } from '../support/sentences.ts';
import { tempDir } from '../support/temp-dir.ts';
import { KeyRing } from '../../main/base/key-ring.ts';

/**
 * A data directory as the program left it when it still stored sentences: alerts held by a pause, a silence, a
 * window and an inhibition, dead letters of two causes, a flapping condition, an audit log. `answers.json` is what
 * that program's own API said of it.
 */
const FIXTURE = join(import.meta.dirname, 'upgrade');
const OPERATOR = { actor: 'test', scope: 'admin', source: null } as const;

interface Answers {
  alerts: Record<string, string[]>;
  notifications: Record<string, Said>;
  deadLetters: { channelName: string; cause: string; count: number; obsolete: number }[];
  audit: [action: string, actor: string, detail: string][];
}
interface Said {
  status: string;
  cancelReason: string | null;
  hold: string | null;
  lastError: string | null;
  attempts: (string | null)[];
}

/** A sentence with its moments as they are shown today. */
const shown = (sentence: string): string =>
  sentence.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, momentText);

/** A hold's sentence; the start checks some holds again, and then they are stored as data. */
const heldBy = (sentence: string | null): string | null =>
  sentence && shown(sentence).replace('a pause of all deliveries', 'All notifications paused');

/** Starts the program a minute after the old one stopped, on its directory, with `before` run as SQL. */
async function upgraded(before = '') {
  const dir = tempDir();
  for (const name of ['belfry.db-mark', 'secret.key']) {
    cpSync(join(FIXTURE, name), join(dir.path, name));
  }
  writeFileSync(
    join(dir.path, 'belfry.db'),
    gunzipSync(readFileSync(join(FIXTURE, 'belfry.db.gz'))),
  );
  const old = new DatabaseSync(join(dir.path, 'belfry.db'));
  old.exec(before);
  old.close();
  const { key } = JSON.parse(readFileSync(join(dir.path, 'secret.key'), 'utf8')) as { key: string };
  const app = createApp(
    appOptions(dir.path, {
      dataKeys: new KeyRing([Buffer.from(key, 'base64')]),
      clock: new FakeClock(Date.parse('2026-11-30T09:57:30Z')),
    }),
  );
  onTestFinished(async () => {
    await app.stop();
    dir[Symbol.dispose]();
  });
  await app.start();
  return async <T>(name: MethodName, input: unknown = {}): Promise<T> => {
    const result = await app.dispatch(name, input, OPERATOR);
    if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
    return result.value as T;
  };
}

const answers = JSON.parse(readFileSync(join(FIXTURE, 'answers.json'), 'utf8')) as Answers;

test('every sentence of a data directory from before is read after the upgrade', async () => {
  const call = await upgraded();

  for (const [id, details] of Object.entries(answers.alerts)) {
    const { timeline } = await call<{ timeline: { detail: string }[] }>('alerts.get', { id });
    expect(timeline.map(({ detail }) => detail)).toEqual(details.map(shown));
  }
  for (const [id, old] of Object.entries(answers.notifications)) {
    const now = await call<{
      status: string;
      cancelReason: string | null;
      hold: { detail: string } | null;
      lastError: string | null;
      attempts: { error: string | null }[];
    }>('notifications.get', { id });
    expect({
      status: now.status,
      cancelReason: now.cancelReason,
      hold: heldBy(now.hold?.detail ?? null),
      lastError: now.lastError,
      attempts: now.attempts.map(({ error }) => error),
    }).toEqual({ ...old, hold: heldBy(old.hold) });
  }
  expect((await call<{ groups: object[] }>('deadLetters.groups')).groups).toMatchObject(
    answers.deadLetters,
  );
  const { items } = await call<{ items: { action: string; actor: string; detail: string }[] }>(
    'audit.list',
    { limit: 100 },
  );
  expect(items.map(({ action, actor, detail }) => [action, actor, detail])).toEqual(
    answers.audit.map(([action, actor, detail]) => [action, actor, shown(detail)]),
  );
});

test('dead letters from before the upgrade are requeued', async () => {
  const call = await upgraded();
  const dead = Object.entries(answers.notifications).filter(([, { status }]) => status === 'dead');
  for (const [id] of dead) await call('notifications.requeue', { id });
  expect(dead).toHaveLength(11);
  expect(await call('notifications.stats')).toMatchObject({ dead: 0 });
});

test('a repeat of what a person resolved before the upgrade is still ignored', async () => {
  const begun = Date.parse('2026-11-30T09:56:20Z');
  const call = await upgraded(
    `UPDATE alerts SET last_reported_at = ${begun} WHERE closed_by_hand = 1`,
  );
  const event = { source: 'lab', host: 'nas', kind: 'disk_full', status: 'firing' };
  const repeat = (at: number) =>
    call('events.ingest', { ...event, occurredAt: new Date(at).toISOString() });
  expect(await repeat(begun)).toMatchObject({ results: [{ action: 'ignored' }] });
  expect(await repeat(begun + 1_000)).toMatchObject({ results: [{ action: 'raised' }] });
});
