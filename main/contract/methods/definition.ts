import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { TokenScope } from '../system.ts';

export interface MethodDefinition {
  readonly summary: string;
  readonly input: z.core.$ZodType;
  readonly output: z.core.$ZodType;
  readonly errors: readonly ErrorCode[];
  readonly scope: TokenScope;
  /** `status` is the answer's on success. `:name` parts of the path and, for GET and DELETE, the query are input fields. */
  readonly http: {
    readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly path: `/api/v1/${string}`;
    readonly status: 200 | 201 | 202;
  };
}

export const get = (path: MethodDefinition['http']['path']) =>
  ({ verb: 'GET', path, status: 200 }) as const;
export const post = (path: MethodDefinition['http']['path'], code: 200 | 201 | 202 = 200) =>
  ({ verb: 'POST', path, status: code }) as const;
export const patch = (path: MethodDefinition['http']['path']) =>
  ({ verb: 'PATCH', path, status: 200 }) as const;
export const put = (path: MethodDefinition['http']['path']) =>
  ({ verb: 'PUT', path, status: 200 }) as const;
export const del = (path: MethodDefinition['http']['path']) =>
  ({ verb: 'DELETE', path, status: 200 }) as const;
