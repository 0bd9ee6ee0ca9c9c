import { expect } from 'vitest';
import { ERROR_STATUS } from '../../../main/contract/errors.ts';
import type { Answer } from './fixture.ts';

/** Every failure has the same shape, with its reason as data; its request id is also a header. */
export function expectFailure(answer: Answer, code: keyof typeof ERROR_STATUS): void {
  expect(answer.json).toMatchObject({
    error: {
      code,
      message: expect.stringMatching(/\w/) as string,
      requestId: answer.headers['x-request-id'],
      reason: { code: expect.stringMatching(/^(error|issue)\./) as string },
    },
  });
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-\w+$/);
  expect(answer.status).toBe(ERROR_STATUS[code]);
}
