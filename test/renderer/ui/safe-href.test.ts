import { describe, expect, it } from 'vitest';
import { safeHref } from '../../../renderer/ui/safe-href.ts';

describe('safeHref', () => {
  it.each(['http://nas.lan/x', 'https://nas.lan/x?y=1#z'])('lets %s through', (url) => {
    expect(safeHref(url)).toBe(url);
  });

  it.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://nas.lan/1',
    '//nas.lan/x',
    '/x',
    '',
  ])('holds back %s', (url) => {
    expect(safeHref(url)).toBeNull();
  });
});
