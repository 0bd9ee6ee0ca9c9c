import { z } from 'zod';
import { eventInput } from '../../contract/alert.ts';
import { ERROR_STATUS, type ErrorCode } from '../../contract/errors.ts';
import { LIMITS } from '../../contract/limits.ts';
import { reason } from '../../contract/reason.ts';
import { METHODS, METHOD_NAMES, type MethodName } from '../../contract/methods.ts';

type Json = Record<string, unknown>;

/**
 * Inputs that say more in the document than in the table: events are validated one by one, so that a
 * bad one spoils no other, and their method therefore takes `unknown` items.
 */
const DOCUMENTED_INPUTS: Partial<Record<MethodName, z.ZodType>> = {
  'events.ingest': z.union([
    eventInput,
    z.array(eventInput).min(1).max(LIMITS.eventsPerRequestMax),
  ]),
};

/** The errors that any authenticated route may answer besides its own errors. */
const COMMON_ERRORS: readonly ErrorCode[] = [
  'unauthenticated',
  'forbidden',
  'misdirected',
  'too_many_requests',
  'internal',
];

const pathNames = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

/** The input without what the path already says. */
function withoutPath(input: Json, names: readonly string[]): Json {
  if (names.length === 0 || input['type'] !== 'object') return input;
  const properties = Object.entries((input['properties'] ?? {}) as Json);
  const required = (input['required'] ?? []) as string[];
  return {
    ...input,
    properties: Object.fromEntries(properties.filter(([key]) => !names.includes(key))),
    required: required.filter((key) => !names.includes(key)),
  };
}

function parameters(input: Json, names: readonly string[], withQuery: boolean): Json[] {
  const required = (input['required'] ?? []) as string[];
  return Object.entries((input['properties'] ?? {}) as Json)
    .filter(([name]) => withQuery || names.includes(name))
    .map(([name, schema]) => {
      const inPath = names.includes(name);
      return {
        name,
        in: inPath ? 'path' : 'query',
        required: inPath || required.includes(name),
        schema,
      };
    });
}

function responses(name: MethodName): Json {
  const { output, errors, http } = METHODS[name];
  const answers: Json = {
    [http.status]: {
      description: 'Done',
      content: { 'application/json': { schema: schemaOf(output, 'output') } },
    },
  };
  const byStatus = Object.groupBy(
    new Set<ErrorCode>([...errors, ...COMMON_ERRORS]),
    (code) => ERROR_STATUS[code],
  );
  for (const [status, codes] of Object.entries(byStatus)) {
    answers[status] = {
      description: codes.join(' or '),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    };
  }
  return answers;
}

function operation(name: MethodName): Json {
  const { summary, scope, http } = METHODS[name];
  const input = schemaOf(DOCUMENTED_INPUTS[name] ?? METHODS[name].input, 'input');
  const names = pathNames(http.path);
  const hasBody = http.verb !== 'GET' && http.verb !== 'DELETE';
  const body = withoutPath(input, names);
  const emptyBody = body['type'] === 'object' && Object.keys(body['properties'] ?? {}).length === 0;
  return {
    operationId: name,
    summary,
    description: `Needs scope ${scope}.`,
    security: scope === 'ingest' ? [{ token: [] }] : [{ token: [] }, { session: [] }],
    parameters: parameters(input, names, !hasBody),
    ...(hasBody && !emptyBody
      ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } }
      : {}),
    responses: responses(name),
  };
}

const ERROR_SCHEMA = z.object({
  error: z.object({
    code: z.enum(Object.keys(ERROR_STATUS)),
    message: z.string(),
    requestId: z.string(),
    reason: reason.optional(),
    details: z.unknown().optional(),
  }),
});

/** The contract as an OpenAPI 3.1 document. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const name of METHOD_NAMES) {
    const { verb, path } = METHODS[name].http;
    const key = path.replace(/:(\w+)/g, '{$1}');
    paths[key] = { ...paths[key], [verb.toLowerCase()]: operation(name) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Belfry', version, license: { name: 'MIT', identifier: 'MIT' } },
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'belfry_*',
          description:
            'The cookie that POST /api/v1/session sets; its name differs per installation.',
        },
      },
      schemas: { Error: schemaOf(ERROR_SCHEMA, 'output') },
    },
  };
}
