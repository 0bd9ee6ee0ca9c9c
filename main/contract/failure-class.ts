import { z } from 'zod';

/** The class of a failed attempt. The first seven are transient; the rest need a person. */
export const failureClass = z.enum([
  'timeout',
  'dns',
  'connection',
  'rate_limited',
  'server_error',
  'interrupted',
  'channel_down',
  'authentication',
  'not_found',
  'gone',
  'rejected',
  'redirect',
  'certificate',
  'configuration',
]);
export type FailureClass = z.infer<typeof failureClass>;
