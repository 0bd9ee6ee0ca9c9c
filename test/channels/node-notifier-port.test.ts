import { describe, expect, test } from 'vitest';
import { createNodeNotifierPort } from '../../main/channels/node-notifier.ts';

/** Stub of node-notifier, for what it is given; the real one is run against a notification daemon elsewhere. */
class NotifySendStub {
  given: Record<string, string> = {};
  error: unknown = null;

  notify(options: Record<string, string>, callback: (error: unknown) => void): void {
    this.given = options;
    callback(this.error);
  }
}

async function show(title: string, body: string, error: unknown = null) {
  const stub = new NotifySendStub();
  stub.error = error;
  const outcome = await createNodeNotifierPort(stub).show(
    {
      tag: 't',
      title,
      body,
      urgency: 'critical',
      route: null,
      alertId: null,
      actions: [],
      alerts: null,
      sound: null,
    },
    new AbortController().signal,
  );
  return { ...stub.given, outcome };
}

describe('what reaches notify-send', () => {
  test('is never read as an option', async () => {
    const given = await show('--help', '-u low');
    expect(given).toMatchObject({ title: '\u200b--help', message: '\u200b-u low' });
  });

  test('holds no NUL or control character; a title is one line', async () => {
    const given = await show('a\0b\nc', 'd\0e\u001b[31m\nf');
    expect(given).toMatchObject({ title: 'a b c', message: 'd e [31m\nf' });
  });

  test('keeps backslashes and shows markup as text', async () => {
    const given = await show('t', 'C:\\temp <b>&amp;');
    expect(given).toMatchObject({ message: 'C:\\\\temp &lt;b&gt;&amp;amp;' });
  });

  test('has a body, though an empty one, and bounded lengths', async () => {
    const given = await show('t'.repeat(500), '');
    expect(given).toMatchObject({ title: `${'t'.repeat(193)}… (cut)`, message: ' ' });
  });

  test('is cut between two characters as a reader sees them', async () => {
    const family = '👨‍👩‍👧';
    const given = await show(family.repeat(30), '😀'.repeat(600));
    expect(given).toMatchObject({
      title: `${family.repeat(24)}… (cut)`,
      message: `${'😀'.repeat(496)}… (cut)`,
    });
  });
});

test.each([
  [null, { kind: 'sent' }],
  [new Error('notify-send must be installed on the system.'), { class: 'configuration' }],
  [new Error('Only supported on Linux and *BSD systems'), { class: 'configuration' }],
  ['GDBus.Error: The name is not activatable', { kind: 'transient', class: 'connection' }],
])('the error %s has an outcome', async (error, outcome) => {
  expect((await show('t', 'b', error)).outcome).toMatchObject(outcome);
});
