import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BulkJob, DeadLetterGroup } from '../../../main/contract/notification.ts';
import type { PushMessage } from '../../../main/contract/push.ts';
import type { AuditEntry } from '../../../main/contract/system.ts';
import { status } from '../../support/http-receiver.ts';
import { AppLab } from '../app-lab.ts';
import { expectFailure } from './failure-shape.ts';

const UNKNOWN = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';
const N = '/api/v1/notifications';

let lab: AppLab;
beforeAll(async () => {
  lab = await AppLab.start();
});
afterAll(() => lab[Symbol.asyncDispose]());

/** Asks for the job until it has ended, as a script would. */
async function ended(id: string): Promise<BulkJob> {
  for (;;) {
    const { json } = await lab.http('GET', `/api/v1/bulk-jobs/${id}`);
    if ((json as BulkJob).state !== 'running') return json as BulkJob;
  }
}

async function begun(verb: 'requeue' | 'discard', selection: object): Promise<BulkJob> {
  const answer = await lab.http('POST', `${N}/${verb}`, selection);
  expect(answer.status).toBe(202);
  return answer.json as BulkJob;
}

const shown = async (id: string) => (await lab.http('GET', `${N}/${id}`)).json;

describe('dead letters over HTTP', () => {
  test('are grouped, and a group is requeued in the background by its key', async () => {
    const id = await lab.deadLetter();
    const { json } = await lab.http('GET', '/api/v1/dead-letters/groups');
    const { groups } = json as { groups: DeadLetterGroup[] };
    const { channelId } = (await shown(id)) as { channelId: string };
    const group = groups.find((one) => one.channelId === channelId);
    expect(group).toMatchObject({
      class: 'rejected',
      cause: 'The receiver rejected the message (HTTP 400).',
      count: 1,
      obsolete: 0,
    });
    lab.receiver.respond = status(200);
    const job = await begun('requeue', { group: group?.key });
    expect(job).toMatchObject({ action: 'requeue', state: 'running', total: 1 });
    expect(await ended(job.id)).toMatchObject({ state: 'finished', changed: 1 });
    lab.receiver.respond = status(400);
    const { json: list } = await lab.http('GET', '/api/v1/bulk-jobs');
    expect((list as { items: BulkJob[] }).items[0]?.id).toBe(job.id);
  });

  test('show who requeued them, attempt by attempt, and what was sent', async () => {
    const id = await lab.deadLetter();
    await begun('requeue', { ids: [id] });
    for (;;) {
      const now = (await shown(id)) as { status: string; attempts: object[] };
      if (now.status !== 'dead' || now.attempts.length < 2) continue;
      expect(now).toMatchObject({
        requeuedBy: 'admin token',
        readAt: null,
        fallbackOf: null,
        attempts: [
          { budget: 1, requeuedBy: null, statusCode: 400 },
          { budget: 2, requeuedBy: 'admin token', statusCode: 400 },
        ],
      });
      for (const { request } of now.attempts as { request: string }[]) {
        expect(request).toContain('POST');
      }
      return;
    }
  });

  test('are discarded one by one or together, and brought back within 30 seconds', async () => {
    const [id, other] = [await lab.deadLetter(), await lab.deadLetter()];
    const discarded = await lab.http('POST', `${N}/${id}/discard`);
    expect([discarded.status, discarded.json]).toEqual([200, { status: 'discarded' }]);
    const undone = await lab.http('POST', `${N}/${id}/undo-discard`);
    expect(undone.status).toBe(202);
    await ended((undone.json as BulkJob).id);
    expect(await shown(id)).toMatchObject({ status: 'dead' });
    const job = await begun('discard', { ids: [id, other] });
    const { undoUntil, changed } = await ended(job.id);
    expect(changed).toBe(2);
    expect(undoUntil).toBeGreaterThan(Date.now());
    const all = await lab.http('POST', `${N}/${job.id}/undo-discard`);
    expect(await ended((all.json as BulkJob).id)).toMatchObject({ changed: 2 });
    expect(await shown(other)).toMatchObject({ status: 'dead' });
  });

  test('a failed notification that waits for a day leaves at once when it is retried', async () => {
    lab.receiver.respond = status(503, { 'retry-after': '86400' });
    const [channelId, alertId] = [await lab.channel(), await lab.alert()];
    const find = async (state: string) => {
      for (;;) {
        const query = { alertId, channelId, status: [state] };
        const { data } = await lab.call<{ data: { id: string }[] }>('notifications.list', query);
        if (data[0]) return data[0].id;
        await new Promise(setImmediate);
      }
    };
    const id = await find('failed');
    lab.receiver.respond = status(204);
    const answer = await lab.http('POST', `${N}/${id}/retry`);
    expect([answer.status, answer.json]).toEqual([200, { status: 'retrying' }]);
    expect(await find('sent')).toBe(id);
    lab.receiver.respond = status(400);
  });

  test('are marked as read', async () => {
    const id = await lab.deadLetter();
    const answer = await lab.http('POST', `${N}/${id}/read`);
    expect([answer.status, answer.json]).toEqual([200, { status: 'marked_as_read' }]);
    expect(await shown(id)).toMatchObject({ status: 'dead', readAt: expect.any(Number) as number });
  });

  test('bulk work is pushed to windows until it has ended', async () => {
    const id = await lab.deadLetter();
    const messages: PushMessage[] = [];
    const unsubscribe = lab.app.subscribe({
      send: (message) => messages.push(message),
      bufferedBytes: () => 0,
    });
    const job = await begun('discard', { ids: [id] });
    const states = () =>
      messages
        .flatMap((message) => (message.type === 'batch' ? message.changes : []))
        .flatMap((change) =>
          change.entity === 'bulk' && change.id === job.id ? change.value?.state : [],
        );
    while (states().at(-1) !== 'finished') await new Promise(setImmediate);
    unsubscribe();
    expect(states().at(-1)).toBe('finished');
  });

  test('every action of an operator is in the audit log, which only an admin may read', async () => {
    const id = await lab.deadLetter();
    await lab.http('POST', `${N}/${id}/read`);
    await lab.http('POST', `${N}/${id}/discard`);
    const answer = await lab.http('GET', `/api/v1/audit?subject=${id}&limit=1`);
    const { items, nextCursor } = answer.json as { items: AuditEntry[]; nextCursor: string };
    expect(items).toMatchObject([{ action: 'notification.discard', actor: 'admin token' }]);
    const older = await lab.http('GET', `/api/v1/audit?subject=${id}&cursor=${nextCursor}`);
    expect(older.json).toMatchObject({
      items: [{ action: 'notification.read' }],
      nextCursor: null,
    });
    const { token } = await lab.call<{ token: string }>('tokens.create', {
      name: 'operator',
      scope: 'operate',
    });
    expectFailure(await lab.http('GET', '/api/v1/audit', undefined, token), 'forbidden');
  });
});

describe('refusals', () => {
  test.for([
    ['nothing selected', 'requeue', {}],
    ['two selections', 'discard', { ids: [UNKNOWN], filter: {} }],
    ['no ids', 'requeue', { ids: [] }],
    ['an id that is none', 'requeue', { ids: ['7'] }],
    ['a group that is none', 'discard', { group: 'nonsense' }],
    ['a field that is unknown', 'requeue', { filter: { status: 'sent' } }],
    ['a list', 'discard', [UNKNOWN]],
    ['a group of what is no dead letter', 'retry', { group: 'key' }],
    ['nothing to retry', 'retry', {}],
    ['obsolete ones in a discard', 'discard', { filter: {}, includeObsolete: true }],
    ['a summary that is counted', 'requeue-preview', { filter: {}, asSummary: true }],
  ] as const)('400: %s', async ([, verb, body]) => {
    expectFailure(await lab.http('POST', `${N}/${verb}`, body), 'invalid_input');
  });

  test.for([
    ['POST', `${N}/7/requeue`],
    ['POST', `${N}/7/retry`],
    ['POST', `${N}/7/discard`],
    ['POST', `${N}/7/read`],
    ['POST', `${N}/7/undo-discard`],
    ['GET', '/api/v1/bulk-jobs/7'],
    ['POST', '/api/v1/bulk-jobs/7/cancel'],
    ['GET', '/api/v1/audit?cursor=x'],
    ['GET', '/api/v1/audit?limit=0'],
  ])('400: %s %s', async ([verb = '', path = '']) => {
    expectFailure(await lab.http(verb, path), 'invalid_input');
  });

  test.for([
    ['POST', `${N}/${UNKNOWN}/requeue`],
    ['POST', `${N}/${UNKNOWN}/retry`],
    ['POST', `${N}/${UNKNOWN}/discard`],
    ['POST', `${N}/${UNKNOWN}/read`],
    ['POST', `${N}/${UNKNOWN}/undo-discard`],
    ['GET', `/api/v1/bulk-jobs/${UNKNOWN}`],
    ['POST', `/api/v1/bulk-jobs/${UNKNOWN}/cancel`],
  ])('404: %s %s', async ([verb = '', path = '']) => {
    expectFailure(await lab.http(verb, path), 'not_found');
  });

  test.for([
    ['GET', `${N}/requeue`, 'POST'],
    ['GET', `${N}/retry`, 'POST'],
    ['PUT', `${N}/requeue-preview`, 'POST'],
    ['DELETE', `${N}/discard`, 'POST'],
    ['GET', `${N}/${UNKNOWN}/undo-discard`, 'POST'],
    ['PUT', `${N}/${UNKNOWN}/read`, 'POST'],
    ['GET', `${N}/${UNKNOWN}/retry`, 'POST'],
    ['POST', '/api/v1/dead-letters/groups', 'GET'],
    ['POST', '/api/v1/audit', 'GET'],
    ['DELETE', `/api/v1/bulk-jobs/${UNKNOWN}`, 'GET'],
  ])('405: %s %s', async ([verb = '', path = '', allowed]) => {
    const answer = await lab.http(verb, path);
    expectFailure(answer, 'method_not_allowed');
    expect(answer.headers.allow?.split(', ')).toContain(allowed);
  });

  test('409: what its state does not allow, and nothing is changed by asking', async () => {
    const id = await lab.deadLetter();
    expectFailure(await lab.http('POST', `${N}/${id}/undo-discard`), 'wrong_state');
    await lab.http('POST', `${N}/${id}/discard`);
    const before = await shown(id);
    expectFailure(await lab.http('POST', `${N}/${id}/discard`), 'wrong_state');
    expectFailure(await lab.http('POST', `${N}/${id}/requeue`), 'wrong_state');
    expectFailure(await lab.http('POST', `${N}/${id}/retry`), 'wrong_state');
    expect(await shown(id)).toEqual(before);
    const { id: jobId } = await begun('requeue', { ids: [id] });
    expect(await ended(jobId)).toMatchObject({ changed: 0, unchanged: 1 });
    expectFailure(await lab.http('POST', `/api/v1/bulk-jobs/${jobId}/cancel`), 'wrong_state');
  });

  test('401 and 403: bulk work is for operators', async () => {
    expectFailure(await lab.http('POST', `${N}/discard`, { filter: {} }, 'x'), 'unauthenticated');
    const { token } = await lab.call<{ token: string }>('tokens.create', {
      name: 'reader',
      scope: 'read',
    });
    const answer = await lab.http('POST', `${N}/discard`, { filter: {} }, token);
    expectFailure(answer, 'forbidden');
    expect((await lab.http('GET', '/api/v1/dead-letters/groups', undefined, token)).status).toBe(
      200,
    );
  });
});
