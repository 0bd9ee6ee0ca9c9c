import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gotify } from '../../main/ingest/gotify-adapter.ts';
import { openDatabase } from '../../main/store/database.ts';
import { RejectedInputService } from '../../main/system/rejected-input-service.ts';
import { ENGLISH } from '../../main/messages/messages.ts';
import { CoreFixture } from '../support/core-fixture.ts';

let fixture: CoreFixture;
let book: RejectedInputService;
beforeEach(async () => {
  fixture = await CoreFixture.start();
  const { core, clock } = fixture;
  book = new RejectedInputService({
    ...core.tables,
    writer: core.writer,
    newId: core.newId,
    resolveTimeoutMs: core.resolveTimeoutMs,
    messages: () => ENGLISH,
    adapters: [gotify],
    take: (unit, events, messages) => core.alerts.ingestReportIn(unit, events, messages),
    clock,
    logger: { log: (_level, message) => fixture.log.push(message) },
  });
});
afterEach(() => fixture[Symbol.asyncDispose]());

/** Keeps a message that can be read by now, and answers under which id. */
async function keptMessage(): Promise<string> {
  book.keep({
    adapter: 'gotify',
    request: {
      path: '/message',
      verb: 'POST',
      params: {},
      query: {},
      headers: { 'content-type': 'application/json' },
      raw: Buffer.from('{"message":"the pool is full"}'),
    },
    caller: { actor: 'token:nas', scope: 'ingest', source: null },
    source: 'gotify',
    reasons: [{ code: 'issue.invalid', params: {} }],
  });
  await fixture.quiet();
  return book.list({ limit: 1 }).items[0]?.id ?? '';
}

describe('a replay', () => {
  test('is taken and marked in one commit, so that no crash leaves the one without the other', async () => {
    const id = await keptMessage();
    // Another connection sees after a commit what a kill at that moment leaves.
    const other = openDatabase(fixture.dir);
    const left = `SELECT (SELECT count(*) FROM alerts) AS taken,
              (SELECT count(*) FROM rejected_input WHERE replayed_at IS NOT NULL) AS marked`;
    const seen: unknown[] = [];
    fixture.core.writer.onCommitted(() => seen.push(other.get(left)));
    expect(await book.replay(id, 'window')).toMatchObject({ ok: true, value: { accepted: 1 } });
    other.close();
    expect(seen[0]).toEqual({ taken: 1, marked: 1 });
  });

  test('takes nothing when it cannot be marked', async () => {
    const id = await keptMessage();
    fixture.db.exec(
      `CREATE TRIGGER refuse BEFORE UPDATE ON rejected_input BEGIN SELECT RAISE(ABORT, 'no'); END`,
    );
    await expect(book.replay(id, 'window')).rejects.toThrow('no');
    expect(fixture.db.value('SELECT count(*) FROM alerts')).toBe(0);
  });

  test('that is pressed twice at once is taken once', async () => {
    const id = await keptMessage();
    const answers = await Promise.all([book.replay(id, 'window'), book.replay(id, 'window')]);
    expect(answers).toMatchObject([{ ok: true }, { error: { code: 'wrong_state' } }]);
    expect(fixture.db.value('SELECT count(*) FROM alerts')).toBe(1);
  });

  test('of what is forgotten meanwhile takes nothing', async () => {
    const id = await keptMessage();
    const [, answer] = await Promise.all([book.delete(id, 'window'), book.replay(id, 'window')]);
    expect(answer).toMatchObject({ error: { code: 'not_found' } });
    expect(fixture.db.value('SELECT count(*) FROM alerts')).toBe(0);
  });
});
