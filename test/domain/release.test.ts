import { describe, expect, test } from 'vitest';
import { HOMEPAGE } from '../../main/base/app-id.ts';
import { RELEASE_FEED } from '../../main/channels/release-feed.ts';
import { newerRelease } from '../../main/domain/release.ts';
import packageJson from '../../package.json' with { type: 'json' };

const feed = (fields: object): string => JSON.stringify({ tag_name: 'v1.2.0', ...fields });

describe('a release of the feed', () => {
  test.each([
    ['v1.2.1', '1.2.0'],
    ['1.10.0', '1.9.9'],
    ['v2.0.0', '1.99.99'],
  ])('%s is newer than %s', (tag, current) => {
    const version = tag.replace('v', '');
    expect(newerRelease(feed({ tag_name: tag, body: 'Fixes.' }), current)).toEqual({
      version,
      url: `${HOMEPAGE}/releases/tag/v${version}`,
      notes: 'Fixes.',
    });
  });

  test.each([
    ['the same', feed({ tag_name: 'v1.2.0' })],
    ['older', feed({ tag_name: 'v1.1.9' })],
    ['a draft', feed({ tag_name: 'v9.0.0', draft: true })],
    ['marked as not yet released', feed({ tag_name: 'v9.0.0', prerelease: true })],
    ['of a version before a release', feed({ tag_name: 'v9.0.0-beta.1' })],
    ['of a version that is an address', feed({ tag_name: 'https://evil.example/9.0.0' })],
    ['of a version with more behind it', feed({ tag_name: 'v9.0.0/../../evil' })],
    ['of a number without an end', feed({ tag_name: `v${'9'.repeat(400)}.0.0` })],
    ['a list', '[]'],
    ['no JSON', '<html>'],
    ['empty', ''],
  ])('that is %s is none', (_what, text) => {
    expect(newerRelease(text, '1.2.0')).toBeNull();
  });

  test('is hostile: its notes are plain and bounded, and its link is ours', () => {
    const found = newerRelease(
      feed({
        tag_name: 'v9.0.0',
        html_url: 'https://evil.example/',
        body: `\u0000\u202eone\ntwo${'x'.repeat(100_000)}`,
      }),
      '1.2.0',
    );
    expect(found?.url).toBe(`${HOMEPAGE}/releases/tag/v9.0.0`);
    expect(found?.notes).toMatch(/^one\ntwox+$/);
    expect(found?.notes.length).toBeLessThan(4_001);
  });

  test('is one of this project', () => {
    expect(HOMEPAGE).toBe(packageJson.homepage);
    expect(RELEASE_FEED).toBe(
      `${HOMEPAGE.replace('https://github.com', 'https://api.github.com/repos')}/releases/latest`,
    );
  });
});
