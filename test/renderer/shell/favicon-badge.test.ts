import { expect, it } from 'vitest';
import { badgedIcon, showCount } from '../../../renderer/shell/favicon-badge.ts';

const svgIn = (address: string): Document =>
  new DOMParser().parseFromString(
    decodeURIComponent(address.replace('data:image/svg+xml,', '')),
    'image/svg+xml',
  );

it.each([
  [0, null],
  [7, '7'],
  [120, '99+'],
])('the icon of %i open alerts says %j', (count, said) => {
  const icon = svgIn(badgedIcon(count));
  expect(icon.querySelector('parsererror')).toBeNull();
  expect(icon.querySelector('text')?.textContent ?? null).toBe(said);
});

it('is that of the page', () => {
  document.head.innerHTML = '<link rel="icon" href="favicon.svg" />';
  showCount(document, 3);
  expect(svgIn(document.querySelector('link')?.href ?? '').querySelector('text')?.textContent).toBe(
    '3',
  );
});
