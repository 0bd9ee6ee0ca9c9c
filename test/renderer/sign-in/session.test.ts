import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import type { SessionApi } from '../../../renderer/client/window-client.ts';
import { Session } from '../../../renderer/sign-in/session.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { status } from '../support/samples.ts';

const unauthenticated = fail('unauthenticated', 'Sign in first.');

function browser(redeemed: Result<void> = ok(undefined)) {
  let lost: () => void = () => undefined;
  const codes: string[] = [];
  const api: SessionApi = {
    redeem: (code) => {
      codes.push(code);
      return Promise.resolve(redeemed);
    },
    display: () => Promise.resolve(ok(undefined)),
    end: () => Promise.resolve(ok(undefined)),
    loginCommand: () => Promise.resolve(fail('unavailable', 'Nobody answers.')),
    onUnauthenticated: (listener) => {
      lost = listener;
    },
  };
  const client = new FakeClient({ 'system.status': () => unauthenticated }, api);
  return { client, codes, session: new Session(client), lose: () => lost() };
}

describe('Session', () => {
  it('lets the desktop in without a question', async () => {
    const client = new FakeClient();
    const session = new Session(client);
    await session.check();
    expect(session.phase).toBe('in');
    expect(session.canSignOut).toBe(false);
    expect(client.calls).toEqual([]);
  });

  it('is in with a session, and learns when it ends', async () => {
    const { client, session, lose } = browser();
    client.script({ 'system.status': () => ok(status()) });
    const phases: string[] = [];
    session.onChange((phase) => phases.push(phase));
    await session.check();
    lose();
    expect(phases).toEqual(['in', 'out']);
  });

  it('lets the views speak when the host fails for another reason', async () => {
    const { client, session } = browser();
    client.script({ 'system.status': () => fail('internal', 'broken') });
    await session.check();
    expect(session.phase).toBe('in');
  });

  it('spends a code once, and is in', async () => {
    const { codes, session } = browser();
    await Promise.all([session.redeem('code'), session.redeem('code'), session.check()]);
    expect(codes).toEqual(['code']);
    expect(session.phase).toBe('in');
  });

  it('stays in when an answer from before the sign-in comes after it', async () => {
    let late: (result: Result<never>) => void = () => undefined;
    const { client, session } = browser();
    client.script({ 'system.status': () => new Promise((resolve) => (late = resolve)) });
    const checking = session.check();
    await session.redeem('code');
    late(unauthenticated);
    await checking;
    expect(session.phase).toBe('in');
  });

  it('says why a code did not work', async () => {
    const { session, lose } = browser(fail('unauthenticated', 'This link was used before.'));
    lose();
    await session.redeem('old');
    expect(session.phase).toBe('out');
    expect(session.problem).toBe('This link was used before.');
  });

  it('stays in when a spent link is opened in a window that is signed in', async () => {
    const { client, session } = browser(fail('unauthenticated', 'This link was used before.'));
    client.script({ 'system.status': () => ok(status()) });
    await session.redeem('old');
    expect(session.phase).toBe('in');
  });

  it('signs out', async () => {
    const { session } = browser();
    await session.redeem('code');
    expect(await session.signOut()).toBeNull();
    expect(session.phase).toBe('out');
  });
});
