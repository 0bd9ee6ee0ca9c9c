import type { z } from 'zod';
import type { FastifyRequest, onErrorHookHandler } from 'fastify';
import type { eventsOutput } from '../../contract/alert.ts';
import type { Reason } from '../../contract/reason.ts';
import type { Result } from '../../contract/result.ts';
import { cutDeep } from '../../domain/json-text.ts';
import { apiEvents } from '../../ingest/api-events.ts';
import { itemReason } from '../../ingest/labelled-alert.ts';
import { BrokenJson } from './error-handling.ts';
import { callerOf } from './guard.ts';
import { headOf, type IngestPort } from './ingest-routes.ts';

/** Hands on what came to `POST /api/v1/events` and could not be read; what was read of a list is left out. */
export class RejectedEvents {
  readonly #rejected: IngestPort['rejected'];
  readonly #path: string;

  constructor(rejected: IngestPort['rejected'], path: string) {
    this.#rejected = rejected;
    this.#path = path;
  }

  /** For bodies that are no JSON; the answer is the error handler's. */
  readonly onError: onErrorHookHandler = (request, _reply, error, done) => {
    if (error instanceof BrokenJson) this.#tell(request, error.body, [error.failure.reason]);
    done();
  };

  answered(request: FastifyRequest, result: Result<unknown>): void {
    const { body } = request;
    if (!result.ok) {
      if (result.error.code !== 'invalid_input') return;
      this.#tell(request, JSON.stringify(cutDeep(body)) ?? '', [result.error.reason]);
      return;
    }
    const { accepted, results } = result.value as z.output<typeof eventsOutput>;
    if (accepted === results.length || !Array.isArray(body)) return;
    const problems = results.flatMap((outcome, index): Reason[] =>
      outcome.action === 'rejected' && outcome.reason
        ? [itemReason('event', index, outcome.reason)]
        : [],
    );
    const left = (body as unknown[]).filter((_, index) => results[index]?.action === 'rejected');
    this.#tell(request, JSON.stringify(cutDeep(left)), problems);
  }

  #tell(request: FastifyRequest, body: string, reasons: readonly (Reason | undefined)[]): void {
    const caller = callerOf(request);
    this.#rejected({
      adapter: apiEvents.name,
      request: { ...headOf('POST', this.#path, request), raw: Buffer.from(body) },
      caller,
      source: caller.source ?? '',
      reasons: reasons.filter((reason) => reason !== undefined),
    });
  }
}
