/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppLab } from './app-lab.ts';

let lab: AppLab;
beforeEach(async () => {
  lab = await AppLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
}

const create = (over: object) =>
  lab.http('POST', '/api/v1/channels', { ...lab.channelInput('a'), ...over });

async function patch(over: object) {
  const id = await lab.channel();
  return lab.http('PATCH', `/api/v1/channels/${id}`, over);
}

const messageOf = ({ status, json }: Awaited<ReturnType<typeof create>>): string => {
  expect(status).toBe(400);
  return (json as Refusal).error.message;
};

describe.each([
  ['created', create],
  ['changed', patch],
])('a channel that is %s', (_how, change) => {
  test.each([
    ['below its own first wait', { baseMs: 2_000, capMs: 1_999 }],
    ['below the first wait of the default', { capMs: 59_999 }],
  ])('may not have a longest wait %s', async (_case, retry) => {
    expect(messageOf(await change({ retry }))).toMatch(
      /^retry\.capMs: must not be less than baseMs/,
    );
  });

  test('may have a longest wait that is the first', async () => {
    const { status } = await change({ retry: { baseMs: 2_000, capMs: 2_000 } });
    expect(status).toBeLessThan(300);
  });

  test.each(['http://169.254.169.254/x', 'http://[fe80::1]/', 'http://2852039166/'])(
    'may not lead to %s',
    async (url) => {
      expect(messageOf(await change({ config: { url } }))).toMatch(/^config\.url: .*receiver/);
    },
  );
});

test('a longest wait that a stored first wait exceeds is refused, and the channel stays as it was', async () => {
  const made = await create({ retry: { baseMs: 9_000, capMs: 10_000 } });
  const { id } = made.json as { id: string };
  const answer = await lab.http('PATCH', `/api/v1/channels/${id}`, { retry: { capMs: 8_000 } });
  expect(messageOf(answer)).toContain('which is 9000');
  const { json } = await lab.http('GET', `/api/v1/channels/${id}`);
  expect(json).toMatchObject({ retry: { baseMs: 9_000, capMs: 10_000 } });
});
