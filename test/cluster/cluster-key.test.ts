import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { clusterKeyOf, secretsIn } from '../../main/cluster/cluster-key.ts';

const SECRETS = { keys: [randomBytes(32), randomBytes(32)], adminToken: 'bf_a-token' };
const WORD = clusterKeyOf(SECRETS);

describe('the key of a cluster', () => {
  test('is one word that holds every key and the admin token', () => {
    expect(WORD).toMatch(/^belfry1_[\w-]+$/);
    expect(secretsIn(WORD)).toEqual(SECRETS);
  });

  test('may be broken into lines on its way', () => {
    expect(secretsIn(`  ${WORD.replaceAll(/.{40}/g, '$&\r\n ')}\n`)).toEqual(SECRETS);
  });

  test('is refused if a character is missing or different', () => {
    for (let at = 0; at < WORD.length; at += 1) {
      const changed = WORD[at] === 'A' ? 'B' : 'A';
      const shorter = WORD.slice(0, at) + WORD.slice(at + 1);
      const other = WORD.slice(0, at) + changed + WORD.slice(at + 1);
      // The last character may have bits that mean nothing.
      for (const word of at === WORD.length - 1 ? [shorter] : [shorter, other]) {
        expect(secretsIn(word)).toMatch(/^(damaged|newer)$/);
      }
    }
    for (const text of ['', 'belfry', 'belfry1_', 'bf_a-token', '\0']) {
      expect(secretsIn(text)).toBe('damaged');
    }
  });

  test('is refused if its content is none, though it is whole', () => {
    const wrong = [
      { keys: [], adminToken: 'token' },
      { keys: [randomBytes(31)], adminToken: 'token' },
      { keys: [randomBytes(32)], adminToken: '' },
      { keys: [randomBytes(32)], adminToken: 'two\nlines' },
    ];
    for (const secrets of wrong) expect(secretsIn(clusterKeyOf(secrets))).toBe('damaged');
  });

  test('of a later format is not taken for a damaged one', () => {
    expect(secretsIn(WORD.replace('belfry1_', 'belfry2_'))).toBe('newer');
  });
});
