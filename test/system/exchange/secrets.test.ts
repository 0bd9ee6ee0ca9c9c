/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firing } from '../../support/core-fixture.ts';
import { changes, ExchangeLab, PASSPHRASE, valueOf } from './exchange-lab.ts';

let lab: ExchangeLab;
beforeEach(async () => {
  lab = await ExchangeLab.start();
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
});

function must(name: string) {
  const row = lab.core.channels.byName(name);
  if (!row) throw new Error(`There is no channel ${name}`);
  return row;
}

describe('secrets', () => {
  test('a stored channel keeps its own when the file has none', async () => {
    await lab.furnish();
    const yaml = (await lab.export()).replace('autoRequeue: false', 'autoRequeue: true');
    const before = lab.core.channels.config(must('pager'));
    expect(changes(await lab.import(yaml))).toEqual(['channels pager: changed']);
    expect(lab.core.channels.config(must('pager'))).toEqual(before);
    expect(must('pager').attention).toBeNull();
  });

  test('those of the file win, and a ping address moves', async () => {
    await using other = await ExchangeLab.start();
    await other.furnish();
    await other.core.channels.collection.update(
      {
        id: other.core.channels.byName('spare')?.id ?? '',
        config: { url: 'https://moved.example/' },
      },
      'test',
    );
    await lab.furnish();
    const preview = await lab.import(await other.export(PASSPHRASE), 'merge', PASSPHRASE);
    expect(preview.secrets).toBe('opened');
    expect(preview.entries.filter(({ change }) => change === 'changed')).toMatchObject([
      { name: 'spare', fields: [{ field: 'url', secret: true }] },
      { name: '0123', fields: [{ field: 'pingId', secret: true }] },
      { name: 'nightly', fields: [{ field: 'pingId', secret: true }] },
    ]);
    expect(lab.core.channels.config(must('spare'))).toEqual({ url: 'https://moved.example/' });
    expect(lab.core.heartbeats.service.collection.list().map(({ pingId }) => pingId)).toEqual(
      other.core.heartbeats.service.collection.list().map(({ pingId }) => pingId),
    );
  });

  test('stay closed without the passphrase, and with another one', async () => {
    await lab.furnish();
    const yaml = await lab.export(PASSPHRASE);
    const preview = valueOf(await lab.preview(yaml));
    expect(preview).toMatchObject({ secrets: 'closed' });
    expect(changes(preview)).toEqual([]);
    expect(await lab.refusal(yaml, 'merge', 'another passphrase')).toEqual({
      code: 'invalid_input',
      message: 'passphrase: does not decrypt the secrets of this file',
      reason: {
        code: 'error.field',
        params: {
          field: 'passphrase',
          because: { code: 'issue.passphrase', params: {} },
          more: 0,
        },
      },
      details: [
        {
          field: 'passphrase',
          line: null,
          problem: 'does not decrypt the secrets of this file',
          reason: { code: 'issue.passphrase', params: {} },
        },
      ],
    });
  });

  test('that were changed, cut or moved to another kind are refused', async () => {
    await lab.furnish();
    const yaml = await lab.export(PASSPHRASE);
    const all = yaml.match(/(?<=secrets: )\S+/g) ?? [];
    const [sealed = ''] = all;
    const heartbeat = all.at(-1) ?? '';
    const flipped = `${sealed.slice(0, 40)}${sealed[40] === 'A' ? 'B' : 'A'}${sealed.slice(41)}`;
    for (const wrong of [flipped, `${sealed.slice(0, 32)}`, heartbeat, 'AAAA']) {
      const { message } = await lab.refusal(yaml.replace(sealed, wrong), 'merge', PASSPHRASE);
      expect(message).toMatch(
        /^line \d+, channels\.1\.secrets: was changed after it was encrypted/,
      );
    }
  });

  test('without the section that opens them are refused', async () => {
    await lab.furnish();
    const yaml = (await lab.export(PASSPHRASE)).replace(/^encryption:\n( .*\n)+/m, '');
    expect((await lab.refusal(yaml)).message).toContain('encryption: is missing');
  });

  test('no file can ask for more work than ours', async () => {
    const yaml = (await lab.export(PASSPHRASE)).replace('cost: 32768', 'cost: 1073741824');
    expect((await lab.refusal(yaml, 'merge', PASSPHRASE)).message).toContain(
      'encryption.cost: must be 32768',
    );
  });
});

describe('a channel whose secrets the file lacks', () => {
  const FILE = 'version: 1\nchannels: [{ name: new, kind: webhook, withheld: [url, secret] }]\n';

  test('waits for them, and loses nothing meanwhile', async () => {
    const [entry] = (await lab.import(FILE)).entries;
    expect(entry?.notes).toEqual([
      expect.stringMatching(/^The imported file does not contain “URL” and “Signing secret”\. /),
    ]);
    const { id } = must('new');
    expect(lab.core.channels.shown(must('new'))).toMatchObject({
      enabled: true,
      target: 'not complete yet',
      attention: { class: 'configuration' },
    });
    await lab.core.alerts.ingest([firing()]);
    await lab.fixture.pass(3_600_000);
    expect(lab.fixture.outbox()).toEqual(['raised pending']);
    // Switching it on again fixes nothing.
    await lab.core.channels.collection.update({ id, enabled: true }, 'test');
    await lab.fixture.pass(60_000);
    expect(must('new').attention).not.toBeNull();
    expect(lab.fixture.outbox()).toEqual(['raised pending']);
    // Nor does another import of the same file.
    expect(changes(await lab.import(FILE))).toEqual([]);
  });

  test('says so to whoever tests it', async () => {
    await lab.import(FILE);
    valueOf(await lab.core.notifications.test(must('new').id, 'test'));
    await lab.fixture.statusesBecome('dead');
    expect(lab.fixture.detail(0).attempts[0]).toMatchObject({
      failureClass: 'configuration',
      error: expect.stringContaining('is incomplete') as string,
    });
  });

  test('goes on once they are entered', async () => {
    await lab.import(FILE);
    const { id } = must('new');
    const config = { url: 'http://127.0.0.1:9/' };
    valueOf(await lab.core.channels.collection.update({ id, config }, 'test'));
    const fixed = lab.core.channels.shown(must('new'));
    expect(fixed).toMatchObject({ attention: null, target: 'http://127.0.0.1:9' });
  });
});
