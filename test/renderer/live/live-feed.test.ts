import { beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../../main/contract/push.ts';
import { LiveFeed } from '../../../renderer/live/live-feed.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { alert, alertChange, uuid } from '../support/samples.ts';

let client: FakeClient;
let feed: LiveFeed;
let heard: (readonly Change[] | 'missed')[];
const change = alertChange(alert());

beforeEach(() => {
  client = new FakeClient();
  feed = new LiveFeed(client);
  heard = [];
  feed.listen({ changed: (changes) => heard.push(changes), missed: () => heard.push('missed') });
  feed.start();
});

describe('LiveFeed', () => {
  it('has missed everything before its first greeting', () => {
    expect(heard).toEqual(['missed']);
  });

  it('has missed nothing before it if that is where the first request stood', () => {
    feed.stop();
    heard = [];
    feed.start({ epoch: 'first', seq: 0 });
    client.push(change);
    expect(heard).toEqual([[change]]);
  });

  it('has missed what came between the first request and its greeting', () => {
    feed.stop();
    heard = [];
    client.hello('first', 3);
    feed.start({ epoch: 'first', seq: 2 });
    expect(heard).toEqual(['missed']);
  });

  it('passes on batches that continue', () => {
    client.push(change);
    client.push(change, change);
    expect(heard).toEqual(['missed', [change], [change, change]]);
  });

  it('sees a gap, and goes on behind it', () => {
    client.send({ type: 'batch', epoch: 'first', after: 3, seq: 4, changes: [change] });
    client.send({ type: 'batch', epoch: 'first', after: 4, seq: 5, changes: [change] });
    expect(heard).toEqual(['missed', 'missed', [change]]);
  });

  it('sees a restart of the core', () => {
    client.send({ type: 'batch', epoch: 'second', after: 0, seq: 1, changes: [change] });
    expect(heard).toEqual(['missed', 'missed']);
  });

  it('has missed nothing when it reconnects where it was', () => {
    client.push(change);
    client.hello('first', 1);
    expect(heard).toEqual(['missed', [change]]);
  });

  it('has missed something when it reconnects further on, or in another epoch', () => {
    client.hello('first', 9);
    client.hello('second', 9);
    expect(heard).toEqual(['missed', 'missed', 'missed']);
  });

  it('takes a resync as missed, even where it stands', () => {
    client.send({ type: 'resync', epoch: 'first', seq: 0 });
    expect(heard).toEqual(['missed', 'missed']);
  });

  it('tells the route that the host wants shown', () => {
    const routes: string[] = [];
    feed.listen({ opened: (route) => routes.push(route) });
    client.send({ type: 'open', route: `#/alerts/${uuid(1)}` });
    expect(routes).toEqual([`#/alerts/${uuid(1)}`]);
    expect(heard).toEqual(['missed']);
  });

  it('follows the state of the connection until it stops', () => {
    expect(feed.connection).toBe('open');
    client.connection('lost');
    expect(feed.connection).toBe('lost');
    feed.stop();
    client.push(change);
    expect(heard).toEqual(['missed']);
  });
});
