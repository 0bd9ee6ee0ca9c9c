import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SmtpFake } from '../channels/smtp-fake.ts';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { PictureHost, PNG } from '../support/picture-host.ts';
import { until } from '../support/until.ts';

const LOCAL = ['127.0.0.1'];
const TOO_MANY_BYTES = 2_200_000;

let mail: SmtpFake;
let host: PictureHost;
let its: CoreFixture;
beforeEach(async () => {
  mail = await SmtpFake.start();
  host = await PictureHost.start();
  its = await CoreFixture.start();
});
afterEach(async () => {
  await its[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
  await mail[Symbol.asyncDispose]();
});

const addMail = (name: string): Promise<string> =>
  its.addChannel('', EXACT, {
    kind: 'smtp',
    name,
    config: {
      host: '127.0.0.1',
      port: mail.port,
      security: 'none',
      from: 'belfry@example.org',
      to: 'you@example.org',
    },
  });

const pictured = (imageURL: string, dedupKey = '') =>
  firing({ dedupKey, annotations: { imageURL } });

/** Returns the picture within a mail; null without one. */
function pictureIn(received: string): Buffer | null {
  const [, cid] =
    /<img src="cid:([^"]+)"/.exec(received.replaceAll('=\n', '').replaceAll('=3D', '=')) ?? [];
  if (cid === undefined) return null;
  const part =
    received.split(/^--.*$/m).find((it) => it.toLowerCase().includes(`content-id: <${cid}>`)) ?? '';
  expect(part).toContain('Content-Disposition: inline');
  return Buffer.from(part.slice(part.indexOf('\n\n')), 'base64');
}

const failures = (): (string | null)[] => its.db.values('SELECT failure FROM pictures ORDER BY id');

describe('a picture', () => {
  test('is in the mails of two channels, of a later event and after a restart, fetched once', async () => {
    await its.update({ pictureHosts: LOCAL });
    await addMail('one');
    await addMail('two');
    await its.core.alerts.ingest([pictured(host.at())]);
    await its.statusesBecome('sent', 'sent');
    await its.restart();
    await its.core.alerts.ingest([resolved({ annotations: { imageURL: host.at() } })]);
    await its.statusesBecome('sent', 'sent', 'sent', 'sent');
    expect(mail.received.map(pictureIn)).toEqual([PNG, PNG, PNG, PNG]);
    expect(host.asked).toEqual(['/a.png']);
  });

  test('is in a chat and in a mail that are sent at once, fetched once', async () => {
    await using chat = await HttpReceiver.start();
    chat.respond = status(200, { 'content-type': 'application/json' }, '{"id":"1"}');
    await its.update({ pictureHosts: LOCAL });
    await addMail('one');
    await its.addChannel('', EXACT, {
      kind: 'discord',
      name: 'two',
      config: { url: `${chat.url}/api/webhooks/1/token` },
    });
    const waiting: (() => void)[] = [];
    host.respond = (response) => waiting.push(() => response.end(PNG));
    await its.core.alerts.ingest([pictured(host.at())]);
    await until(() => waiting.length === 1, 'the picture is asked for');
    expect(its.statuses()).toEqual(['sending', 'sending']);
    waiting[0]?.();
    await its.statusesBecome('sent', 'sent');
    expect(pictureIn(mail.received[0] ?? '')).toEqual(PNG);
    expect(chat.received[0]?.bytes.includes(PNG)).toBe(true);
    expect(host.asked).toEqual(['/a.png']);
  });

  test('is fetched without a cookie or a login', async () => {
    await its.update({ pictureHosts: LOCAL });
    await addMail('one');
    await its.core.alerts.ingest([pictured(host.at().replace('://', '://ann:secret@'))]);
    await its.statusesBecome('sent');
    expect(pictureIn(mail.received[0] ?? '')).toEqual(PNG);
    expect(host.headers).toEqual([
      {
        accept: 'image/*',
        connection: 'close',
        host: `127.0.0.1:${host.port}`,
        'user-agent': 'Belfry',
      },
    ]);
  });

  test('is left out at once if the server refuses the mail for it', async () => {
    await its.update({ pictureHosts: LOCAL });
    await addMail('one');
    mail.refusesParts = true;
    await its.core.alerts.ingest([pictured(host.at())]);
    await its.statusesBecome('sent');
    expect(mail.received.map(pictureIn)).toEqual([PNG, null]);
    expect(its.detail(0).attempts).toHaveLength(1);
  });

  test('goes with its alert', async () => {
    await its.update({ pictureHosts: LOCAL });
    await addMail('one');
    await its.core.alerts.ingest([pictured(host.at())]);
    await its.statusesBecome('sent');
    expect(failures()).toEqual([null]);
    await its.core.alerts.ingest([resolved()]);
    await its.statusesBecome('sent', 'sent');
    const cutoff = its.clock.now() + 1;
    await its.core.writer.submit(() => {
      const cutoffs = { delivered: 0, dead: 0, attempts: 0, audit: 0, closedAlerts: cutoff };
      its.core.tables.retention.prune(cutoffs, 10);
    });
    expect(failures()).toEqual([]);
  });

  test('is sent on by name if the name is among the hosts', async () => {
    await its.update({ pictureHosts: ['LocalHost'] });
    await addMail('one');
    await its.core.alerts.ingest([pictured(host.at('/a.png', 'localhost'))]);
    await its.statusesBecome('sent');
    expect(pictureIn(mail.received[0] ?? '')).toEqual(PNG);
  });

  test('is taken through redirects among the hosts', async () => {
    await its.update({ pictureHosts: ['127.0.0.0/8', 'localhost'] });
    await addMail('one');
    host.respond = (response, path) => {
      const next = { '/a.png': '/b', '/b': host.at('/c', 'localhost'), '/c': '../d' }[path];
      if (next === undefined) response.end(PNG);
      else response.writeHead(302, { location: next }).end();
    };
    await its.core.alerts.ingest([pictured(host.at())]);
    await its.statusesBecome('sent');
    expect(pictureIn(mail.received[0] ?? '')).toEqual(PNG);
    expect(host.asked).toEqual(['/a.png', '/b', '/c', '/d']);
  });
});

describe('a mail goes without the picture, which is not asked for again,', () => {
  const redirect =
    (location: string): PictureHost['respond'] =>
    (response) =>
      response.writeHead(302, { location }).end();

  test.each<[string, string, PictureHost['respond']]>([
    ['if it is too large', 'too_large', (response) => response.end(Buffer.alloc(TOO_MANY_BYTES))],
    [
      'if it is too large and does not say so',
      'too_large',
      (response) => {
        response.on('error', () => undefined);
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
      },
    ],
    [
      'if it has too many pixels',
      'too_large',
      (response) => {
        const huge = Buffer.from(PNG);
        huge.writeUInt32BE(60_000, 16);
        response.end(huge);
      },
    ],
    [
      'if it is HTML by the name of a PNG',
      'no_picture',
      (response) => response.writeHead(200, { 'content-type': 'image/png' }).end('<html>'),
    ],
    [
      'if it is SVG',
      'no_picture',
      (response) => response.end('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ],
    ['if it does not exist', 'status', (response) => response.writeHead(404).end(PNG)],
    ['if it leads to a metadata service', 'redirected', redirect('http://169.254.169.254/latest')],
    ['if it leads to a host that is not listed', 'redirected', redirect('http://localhost/')],
    ['if it leads to a file', 'redirected', redirect('file:///etc/passwd')],
    ['if it leads in circles', 'redirected', redirect('/a.png')],
    ['if the server breaks off', 'unreachable', (response) => response.destroy()],
    [
      'if the server changes the protocol',
      'unreachable',
      (response) => response.writeHead(101, { connection: 'upgrade', upgrade: 'x' }).end(),
    ],
    [
      'if the picture breaks off',
      'unreachable',
      (response) => {
        response.writeHead(200, { 'content-length': PNG.length });
        response.write(PNG.subarray(0, 20), () => response.destroy());
      },
    ],
  ])('%s', async (_, failure, respond) => {
    await its.update({ pictureHosts: LOCAL });
    await addMail('one');
    host.respond = respond;
    await its.core.alerts.ingest([pictured(host.at())]);
    await its.statusesBecome('sent');
    const asked = host.asked.length;
    expect(asked).toBeGreaterThan(0);
    expect(failures()).toEqual([failure]);
    await its.core.alerts.ingest([resolved({ annotations: { imageURL: host.at() } })]);
    await its.statusesBecome('sent', 'sent');
    expect(mail.received.map(pictureIn)).toEqual([null, null]);
    expect(host.asked).toHaveLength(asked);
  });

  test('if a listed address is one that is never connected to', async () => {
    await its.update({ pictureHosts: ['169.254.0.0/16'] });
    await addMail('one');
    await its.core.alerts.ingest([pictured('http://169.254.169.254/a.png')]);
    await its.statusesBecome('sent');
    await its.update({ pictureHosts: ['127.0.0.1', '169.254.0.0/16'] });
    host.respond = redirect('http://169.254.169.254/a.png');
    await its.core.alerts.ingest([pictured(host.at(), 'b')]);
    await its.statusesBecome('sent', 'sent');
    expect(mail.received.map(pictureIn)).toEqual([null, null]);
    expect(failures()).toEqual(['address_refused']);
  });

  test('if the server hangs, which delays others by nothing', async () => {
    await its.update({ pictureHosts: LOCAL });
    await addMail('one');
    host.respond = () => undefined;
    await its.core.alerts.ingest([pictured(host.at()), pictured(host.at('/b.png'), 'b')]);
    await until(() => host.asked.length === 1, 'the picture is asked for');
    expect(mail.received).toEqual([]);
    its.clock.advance(5_000);
    await its.statusesBecome('sent', 'sent');
    expect(mail.received.map(pictureIn)).toEqual([null, null]);
    expect(failures()).toEqual(['timed_out']);
    // Once the server has rested, it is asked again.
    host.respond = (response) => response.end(PNG);
    its.clock.advance(60_000);
    await its.core.alerts.ingest([pictured(host.at('/c.png'), 'c')]);
    await its.statusesBecome('sent', 'sent', 'sent');
    expect(host.asked).toEqual(['/a.png', '/c.png']);
    expect(pictureIn(mail.received[2] ?? '')).toEqual(PNG);
  });
});

test.each([
  ['nothing is listed', []],
  ['another host is listed', ['grafana.lan', '127.0.0.2', '10.0.0.0/8']],
  ['the name of the machine is listed, which stands not in the address', ['localhost']],
])('nothing is fetched if %s', async (_, pictureHosts) => {
  await its.update({ pictureHosts });
  await addMail('one');
  await its.core.alerts.ingest([pictured(host.at())]);
  await its.statusesBecome('sent');
  expect(host.asked).toEqual([]);
  expect(failures()).toEqual([]);
  expect(mail.received.map(pictureIn)).toEqual([null]);
});

test('a stop waits for no picture, and the next start fetches it', async () => {
  await its.update({ pictureHosts: LOCAL });
  await addMail('one');
  host.respond = () => undefined;
  await its.core.alerts.ingest([pictured(host.at())]);
  await until(() => host.asked.length === 1, 'the picture is asked for');
  const { worker, pictures } = its.core;
  const stopped = worker.stop();
  its.clock.advance(1);
  await pictures.stop();
  await stopped;
  expect(failures()).toEqual([]);
  host.respond = (response) => response.end(PNG);
  pictures.start();
  expect(
    await pictures.of(its.newest().alert.id, host.at(), new AbortController().signal),
  ).toMatchObject({
    bytes: PNG,
  });
});

test('the newest pictures stay, within the limit in rows and in bytes', async () => {
  await its.addDesktop();
  await its.core.alerts.ingest([firing()]);
  const { id } = its.newest().alert;
  const { pictures } = its.core.tables;
  const picture = (size: number) => ({
    failure: null,
    ...({ type: 'image/png', width: 24, height: 10, bytes: Buffer.alloc(size) } as const),
  });
  const kept = (): string[] => its.db.values('SELECT address FROM pictures ORDER BY id');
  for (let n = 0; n < 6; n++) pictures.put(id, String(n), picture(10), n);
  pictures.put('of no alert', 'x', picture(10), 6);
  pictures.put(id, '5', { failure: 'status' }, 7);
  pictures.trim({ rowsMax: 5, bytesMax: 100 });
  expect(kept()).toEqual(['1', '2', '3', '4', '5']);
  pictures.trim({ rowsMax: 5, bytesMax: 35 });
  expect(kept()).toEqual(['3', '4', '5']);
  expect(pictures.get(id, '5')).toEqual(picture(10));
  pictures.trim({ rowsMax: 5, bytesMax: 30 });
  expect(kept()).toEqual(['3', '4', '5']);
});
