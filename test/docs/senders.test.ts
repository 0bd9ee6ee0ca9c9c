import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SENDER_IDS, senderOf } from '../../main/contract/senders/senders.ts';
import { createIngestAdapters } from '../../main/ingest/adapter-registry.ts';
import { guides } from '../../resources/docs-tables.ts';
import { GUIDE_TARGET } from '../../resources/sender-docs.ts';
import { ROOT } from './citations.ts';

const GUIDES = guides()
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

test.each(SENDER_IDS)('%s stands in one guide, with its lines', (id) => {
  expect(GUIDES.split(`<!-- sender: ${id} -->`)).toHaveLength(2);
  for (const { text } of senderOf(id).lines(GUIDE_TARGET)) expect(GUIDES).toContain(text);
});

test.each(SENDER_IDS)('what shows that %s works is there', (id) => {
  expect(existsSync(join(ROOT, senderOf(id).shownBy))).toBe(true);
});

test('a sender that is recorded or made from a source has bodies with their origin', () => {
  for (const { name, evidence, shownBy } of SENDER_IDS.map(senderOf)) {
    const isOfBodies = evidence === 'recorded' || evidence === 'source';
    if (isOfBodies) expect(existsSync(join(ROOT, shownBy, 'ORIGIN.md')), name).toBe(true);
  }
});

test.each(SENDER_IDS)('a test that runs %s names it', (id) => {
  const { name, evidence, shownBy } = senderOf(id);
  if (['recorded', 'source', 'format'].includes(evidence)) return;
  const said = readFileSync(join(ROOT, shownBy), 'utf8').toLowerCase();
  expect([name.toLowerCase(), id].some((each) => said.includes(each))).toBe(true);
});

test('README shows the same lines', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const id of ['prometheus', 'proxmox_ve'] as const) {
    const longest = senderOf(id)
      .lines(GUIDE_TARGET)
      .map(({ text }) => text)
      .toSorted((a, b) => b.length - a.length)[0];
    expect(readme).toContain(longest);
  }
});

/** Returns the pattern of a path in which parts in brackets may be anything. */
const shape = (path: string): string => path.replaceAll(/<\w+>|:\w+(?:\([^)]*\)+)?/g, '*');

test('every address is one that is served', () => {
  const readMapped = () => Promise.reject(new Error('Nothing is read here.'));
  const served = createIngestAdapters(readMapped).flatMap(({ routes }) =>
    routes.map(({ path }) => shape(path)),
  );
  const known = new Set([...served, 'SMTP', '/api/v1/events', shape('/ping/<token>/<name>')]);
  expect(SENDER_IDS.map((id) => shape(senderOf(id).way)).filter((way) => !known.has(way))).toEqual(
    [],
  );
});

describe('an address with https and a path', () => {
  const target = { ...GUIDE_TARGET, url: 'https://lab.example/belfry' };
  const byHttp = SENDER_IDS.filter((id) => senderOf(id).way !== 'SMTP');

  test.each(byHttp)('reaches the lines of %s', (id) => {
    const all = senderOf(id)
      .lines(target)
      .map(({ text }) => text)
      .join('\n');
    expect(all).not.toContain('http://');
    expect(all).toMatch(/lab\.example\/belfry|path_prefix: \/belfry/);
    expect(all).toMatch(/https|jsons/);
  });
});

test.each(SENDER_IDS)('the lines of %s hold the token', (id) => {
  const lines = senderOf(id).lines({ ...GUIDE_TARGET, token: 'bf_mine' });
  expect(lines.some(({ text }) => text.includes('bf_mine'))).toBe(true);
});
