import { expect, it } from 'vitest';
import { addressBelow } from '../../../main/contract/http-request.ts';
import { pageBase } from '../../../renderer/client/page-base.ts';

it.each([
  ['http://nas:8377/', 'http://nas:8377/api/v1/alerts?page=2'],
  ['http://nas:8377/index.html#/alerts', 'http://nas:8377/api/v1/alerts?page=2'],
  ['https://lab/belfry/#/sign-in/x', 'https://lab/belfry/api/v1/alerts?page=2'],
  ['https://lab/a/b/index.html?x=/y/', 'https://lab/a/b/api/v1/alerts?page=2'],
])('the host of a page at %s is below its path', (href, address) => {
  expect(addressBelow(pageBase({ href }), '/api/v1/alerts?page=2')).toBe(address);
});
