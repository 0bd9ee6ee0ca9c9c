import { describe, expect, it } from 'vitest';
import { messages } from '../../../renderer/messages/text.svelte.ts';
import { plainProse, proseParts } from '../../../renderer/ui/prose.ts';

const AT = '2026-11-21T03:00:00Z';
const AT_MS = Date.UTC(2026, 10, 21, 3);

describe('proseParts', () => {
  it.each<[string, (string | number)[]]>([
    ['', []],
    ['Nothing to see.', ['Nothing to see.']],
    [AT, [AT_MS]],
    [`Held until ${AT}.`, ['Held until ', AT_MS, '.']],
    [`From ${AT} to ${AT}`, ['From ', AT_MS, ' to ', AT_MS]],
    ['At 2026-11-21T03:00:00.250Z', ['At ', AT_MS + 250]],
    ['Not UTC: 2026-11-21T03:00:00+01:00', ['Not UTC: 2026-11-21T03:00:00+01:00']],
    ['On the 32nd: 2026-11-32T03:00:00Z', ['On the 32nd: ', '2026-11-32T03:00:00Z']],
    [`<time>${AT}</time>`, ['<time>', AT_MS, '</time>']],
  ])('reads "%s"', (text, parts) => {
    expect(proseParts(text)).toEqual(parts);
  });
});

describe('plainProse', () => {
  it('says moments by the reader’s clock', () => {
    const now = AT_MS - 3_600_000;
    expect(plainProse(`Held until ${AT}.`, now)).toBe(
      `Held until ${messages().moment(AT_MS, now)}.`,
    );
    expect(plainProse(`Held until ${AT}.`, now)).not.toContain('T03');
  });
});
