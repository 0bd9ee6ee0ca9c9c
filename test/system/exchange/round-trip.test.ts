/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changes, ExchangeLab, PASSPHRASE, SIGNING_SECRET, valueOf } from './exchange-lab.ts';

let lab: ExchangeLab;
let other: ExchangeLab;
beforeEach(async () => {
  lab = await ExchangeLab.start();
  other = await ExchangeLab.start();
  await lab.furnish();
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

/** The sealed lines, which have another nonce in every file. */
const SEALED = /^.*(salt|check|secrets): .*\n/gm;
/** An optional secret that nobody has entered yet is not missed by the next file. */
const WITHHELD = /^ *withheld:\n( *- (url|secret)\n)+/gm;

describe.for([
  ['with secrets', PASSPHRASE],
  ['without secrets', undefined],
] as const)('an export %s', ([, passphrase]) => {
  test('changes nothing where it comes from', async () => {
    const yaml = await lab.export(passphrase);
    for (const mode of ['merge', 'replace'] as const) {
      const preview = valueOf(await lab.preview(yaml, mode, passphrase));
      expect(changes(preview)).toEqual([]);
      expect(preview.entries).toHaveLength(15);
      expect(preview).toMatchObject({ routeOrder: null, cancels: 0 });
    }
  });

  test('makes an empty instance the same', async () => {
    const yaml = await lab.export(passphrase);
    await other.import(yaml, 'merge', passphrase);
    const again = await other.export(passphrase);
    const plain = (text: string) => text.replaceAll(SEALED, '').replaceAll(WITHHELD, '');
    expect(plain(again)).toBe(plain(yaml));
    expect(changes(valueOf(await other.preview(yaml, 'replace', passphrase)))).toEqual([]);
  });

  test('shows no secret', async () => {
    const yaml = await lab.export(passphrase);
    const pingIds = lab.core.heartbeats.service.collection.list().map(({ pingId }) => pingId);
    for (const secret of ['s3cret', SIGNING_SECRET, ...pingIds]) expect(yaml).not.toContain(secret);
  });
});

test('sealed secrets arrive as they were', async () => {
  await other.import(await lab.export(PASSPHRASE), 'merge', PASSPHRASE);
  const configs = ({ core: { channels } }: ExchangeLab) =>
    channels.all().map((row) => channels.config(row));
  expect(configs(other)).toEqual(configs(lab));
  const addresses = ({ core }: ExchangeLab) =>
    core.heartbeats.service.collection.list().map(({ slug, pingId }) => [slug, pingId]);
  expect(addresses(other)).toEqual(addresses(lab));
  expect(other.core.channels.all().map(({ attention }) => attention)).toEqual([null, null, null]);
});

test('what is exported twice is the same text', async () => {
  expect(await lab.export()).toBe(await lab.export());
});

test('the header says what it is, and the footer which tokens are not in it', async () => {
  const yaml = await lab.export();
  expect(yaml).toMatch(/^# Die Konfiguration von Belfry, ohne Verlauf\.\n/);
  expect(yaml).not.toContain('Tokens');
  const token = {
    id: lab.core.newId(),
    name: 'prometheus',
    scope: 'ingest',
    source: null,
  } as const;
  lab.core.tables.tokens.insert({ ...token, createdAt: 0 }, Buffer.alloc(32, 0xab));
  const named = await lab.export();
  expect(named).toMatch(/# Tokens werden nicht exportiert.*:\n# - prometheus \(ingest\)\n$/);
  expect(named).not.toMatch(/abab|q6ur/);
  expect(changes(valueOf(await lab.preview(named, 'replace')))).toEqual([]);
});
