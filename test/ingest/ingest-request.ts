import type { IngestRequest } from '../../main/ingest/adapter.ts';

/** A request as the server hands it to an adapter; what a test does not say is empty. */
export const ingestRequest = (given: Partial<IngestRequest> & { path: string }): IngestRequest => ({
  verb: 'POST',
  params: {},
  query: {},
  headers: {},
  raw: Buffer.alloc(0),
  ...given,
});

/** One with a JSON body; undefined sends none. */
export const jsonRequest = (path: string, body: unknown): IngestRequest =>
  ingestRequest({
    path,
    headers: { 'content-type': 'application/json' },
    raw: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  });
