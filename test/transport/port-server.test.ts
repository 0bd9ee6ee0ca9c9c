import { describe, expect, it } from 'vitest';
import type { PushMessage } from '../../main/contract/push.ts';
import { ok } from '../../main/contract/result.ts';
import { sent, type Outcome } from '../../main/domain/outcome.ts';
import { MessagePortDesktop } from '../../main/transport/message-port-desktop.ts';
import { MessagePortKeys } from '../../main/transport/message-port-keys.ts';
import { MessagePortServer, type ServedCore } from '../../main/transport/message-port-server.ts';
import type { FromCore } from '../../main/transport/worker-messages.ts';
import { legacy } from '../support/failures.ts';

const notice = {
  tag: 't',
  title: 'title',
  body: '',
  urgency: 'normal',
  route: null,
  alertId: null,
  actions: [],
  alerts: null,
  sound: null,
} as const;

/** The real server and port over a core that answers with what it was asked. */
function setup(dispatch?: ServedCore['dispatch']) {
  const posted: FromCore[] = [];
  const next: (() => void)[] = [];
  const post = (message: FromCore): void => {
    posted.push(message);
    for (const wake of next.splice(0)) wake();
  };
  /** Resolves once that many messages were posted. */
  const after = async (count: number): Promise<readonly FromCore[]> => {
    while (posted.length < count) await new Promise<void>((wake) => next.push(wake));
    return posted;
  };
  const listening = new Set<(message: PushMessage) => void>();
  let resumes = 0;
  const signs: string[] = [];
  const desktop = new MessagePortDesktop(post);
  const keys = new MessagePortKeys(post);
  const server = new MessagePortServer({
    core: {
      dispatch: dispatch ?? (async (name, input, caller) => ok({ name, input, caller })),
      subscribe(sink) {
        const send = (message: PushMessage): void => sink.send(message);
        listening.add(send);
        send({ type: 'hello', epoch: 'e', seq: 0 });
        return () => listening.delete(send);
      },
      mayRecover: (sign) => signs.push(sign),
      resumed: () => {
        resumes += 1;
      },
    },
    desktop,
    keys,
    post,
    logger: { log: () => undefined },
  });
  return { server, desktop, keys, posted, after, listening, signs, resumes: () => resumes };
}

describe('the core’s end of the line', () => {
  it('answers as the window, with every right, whatever the message claims', async () => {
    const { server, after } = setup();
    const claims = { caller: { scope: 'read' }, actor: 'nobody' };
    server.receive({ type: 'call', id: 4, name: 'tokens.list', input: {}, ...claims } as never);
    expect(await after(1)).toEqual([
      {
        type: 'answer',
        id: 4,
        result: ok({
          name: 'tokens.list',
          input: {},
          caller: { actor: 'window', scope: 'admin', source: null },
        }),
      },
    ]);
  });

  it('answers a bug with a coded failure that tells the window nothing of it', async () => {
    const { server, after } = setup(async () => {
      throw new Error('secret detail');
    });
    server.receive({ type: 'call', id: 1, name: 'tokens.list', input: {} });
    const [answer] = await after(1);
    expect(answer).toMatchObject({ result: { ok: false, error: { code: 'internal' } } });
    expect(JSON.stringify(answer)).not.toContain('secret detail');
  });

  it('pushes to each subscription under its number, until it ends', () => {
    const { server, posted, listening } = setup();
    server.receive({ type: 'subscribe', id: 1 });
    server.receive({ type: 'subscribe', id: 2 });
    server.receive({ type: 'subscribe', id: 2 });
    expect(listening.size).toBe(2);
    expect(posted.map((message) => 'id' in message && message.id)).toEqual([1, 2, 2]);
    server.receive({ type: 'unsubscribe', id: 1 });
    server.receive({ type: 'unsubscribe', id: 99 });
    expect(listening.size).toBe(1);
    server.close();
    expect(listening.size).toBe(0);
  });

  it('tells the core that the machine woke', () => {
    const { server, resumes } = setup();
    server.receive({ type: 'resumed' });
    expect(resumes()).toBe(1);
  });

  it('passes on that channels may recover', () => {
    const { server, signs } = setup();
    server.receive({ type: 'mayRecover', sign: 'network' });
    expect(signs).toEqual(['network']);
  });
});

describe('the system’s notifications over the line', () => {
  it('settle each notice with its own outcome', async () => {
    const { server, desktop } = setup();
    const { signal } = new AbortController();
    const first = desktop.show(notice, signal);
    const second = desktop.show(notice, signal);
    const failed: Outcome = { kind: 'transient', class: 'timeout', reason: legacy('no answer') };
    server.receive({ type: 'shown', id: 2, outcome: failed });
    server.receive({ type: 'shown', id: 1, outcome: sent() });
    server.receive({ type: 'shown', id: 1, outcome: failed });
    expect(await first).toEqual(sent());
    expect(await second).toEqual(failed);
  });

  it('are given up when the core no longer waits, and a late answer changes nothing', async () => {
    const { server, desktop, posted } = setup();
    const abort = new AbortController();
    const outcome = desktop.show(notice, abort.signal);
    abort.abort();
    server.receive({ type: 'shown', id: 1, outcome: sent() });
    expect(await outcome).toMatchObject({ kind: 'interrupted' });
    expect(posted.map(({ type }) => type)).toEqual(['show', 'abandon']);
  });

  it('are not even waited for when it is too late already', async () => {
    const { desktop } = setup();
    expect(await desktop.show(notice, AbortSignal.abort())).toMatchObject({ kind: 'interrupted' });
  });
});

describe('the key file of the shell', () => {
  it('is changed by a question over the port, whose answer has the keys', async () => {
    const { server, keys, posted } = setup();
    const added = keys.change('add');
    expect(posted).toEqual([{ type: 'changeKeys', id: 1, change: 'add' }]);
    server.receive({
      type: 'keysChanged',
      id: 1,
      keys: [new Uint8Array([1]), new Uint8Array([2])],
    });
    expect(await added).toEqual([Buffer.of(1), Buffer.of(2)]);
    const forgotten = keys.change('forget');
    server.receive({ type: 'keysUnchanged', id: 2, error: 'the key store is locked' });
    await expect(forgotten).rejects.toThrow('the key store is locked');
  });
});
