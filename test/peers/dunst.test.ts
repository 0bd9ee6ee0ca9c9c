import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import notifier from 'node-notifier';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../main/base/clock.ts';
import type { DesktopNotice, NoticeChoice } from '../../main/channels/desktop-notifier.ts';
import { createNodeNotifierPort } from '../../main/channels/node-notifier.ts';
import { Bus } from '../../main/dbus/bus.ts';
import { DbusNotifications } from '../../main/dbus/notifications.ts';
import { NoticeTable } from '../../main/shell/notice-table.ts';
import { tempDir } from '../support/temp-dir.ts';
import { ServerProcess } from '../support/server-process.ts';
import { Program } from './program.ts';

const WAIT = { timeout: 15_000, interval: 50 };
const TOKEN = 'dunst-test-token';

const NOTICE = {
  tag: 'hostile',
  urgency: 'normal',
  route: null,
  alertId: null,
  actions: [],
  alerts: null,
  sound: null,
} as const;

const text = z.object({ data: z.string() });
const history = z.object({
  data: z.tuple([
    z.array(z.object({ id: z.object({ data: z.int() }), summary: text, body: text })),
  ]),
});

let dir: string;
let display: Program;
let bus: Program;
let dunst: Program;
let session: Record<string, string>;

const firstLine = async (program: Program): Promise<string> => {
  const stdout = program.child.stdout;
  if (!stdout) throw new Error('no output to read');
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  return line;
};

const dunstctl = (...args: string[]): string =>
  execFileSync('dunstctl', args, {
    encoding: 'utf8',
    env: { ...process.env, ...session },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Everything that dunst has shown, newest first; what is still on the screen moves there first. */
function shownEver(): { id: number; title: string; body: string }[] {
  dunstctl('close-all');
  const [entries] = history.parse(JSON.parse(dunstctl('history'))).data;
  return entries.map(({ id, summary, body }) => ({
    id: id.data,
    title: summary.data,
    body: body.data,
  }));
}

/** How many dunst shows at this moment. */
const displayed = (): number => Number(dunstctl('count', 'displayed'));

let seen: ReadonlySet<number>;

const shown = (): { title: string; body: string }[] =>
  shownEver()
    .filter(({ id }) => !seen.has(id))
    .map(({ title, body }) => ({ title, body }));

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'belfry-dunst-'));
  display = new Program('Xvfb', [
    '-displayfd',
    '1',
    '-screen',
    '0',
    '800x600x24',
    '-nolisten',
    'tcp',
  ]);
  const number = await firstLine(display);
  bus = new Program('dbus-daemon', ['--session', '--nofork', '--print-address=1']);
  session = { DISPLAY: `:${number}`, DBUS_SESSION_BUS_ADDRESS: await firstLine(bus) };
  dunst = new Program('dunst', [], { ...session, XDG_CONFIG_HOME: dir });
  await vi.waitFor(() => dunstctl('count'), WAIT);
});

afterAll(async () => {
  await dunst.stop();
  await bus.stop();
  await display.stop();
  rmSync(dir, { recursive: true, force: true });
});

beforeEach(() => {
  seen = new Set(shownEver().map(({ id }) => id));
});

describe('a headless server on a desktop session', () => {
  let server: ServerProcess;

  beforeEach(async () => {
    server = await ServerProcess.start({
      dataDir: join(dir, 'belfry'),
      adminToken: TOKEN,
      env: session,
    });
  });

  afterEach(async () => {
    await server.stop();
  });

  it('shows an alert with its title and body', async () => {
    const channel = { kind: 'desktop', name: 'this desktop' };
    expect((await server.call('POST', '/api/v1/channels', channel)).status).toBe(201);
    const event = {
      host: 'nas',
      kind: 'backup_failed',
      status: 'firing',
      severity: 'critical',
      message: 'No space left on /mnt/backup',
    };
    expect((await server.call('POST', '/api/v1/events', event)).status).toBe(200);
    await vi.waitFor(() => expect(displayed()).toBe(1), WAIT);
    expect(shown()).toEqual([
      {
        title: 'CRITICAL: backup_failed on nas',
        body: expect.stringContaining('No space left on /mnt/backup') as string,
      },
    ]);
  });
});

describe('the notifications of the session bus', () => {
  let dataDir: ReturnType<typeof tempDir>;
  let bus: Bus;
  let notifications: DbusNotifications;
  let choices: NoticeChoice[];

  const logger = { log: () => undefined };
  const address = () => session['DBUS_SESSION_BUS_ADDRESS'] ?? null;

  /** As a process that has just started. */
  function start(): void {
    bus = new Bus({ address, clock: systemClock, logger });
    notifications = new DbusNotifications({
      bus,
      memory: new NoticeTable(dataDir.path, logger).onServers,
      clock: systemClock,
      logger,
      desktopEntry: 'org.belfry.Belfry',
      onChoice: (choice) => choices.push(choice),
      onServer: () => undefined,
    });
  }

  beforeEach(() => {
    choices = [];
    dataDir = tempDir();
    start();
  });

  afterEach(() => {
    bus.close();
    dataDir[Symbol.dispose]();
  });

  const show = (more: Partial<DesktopNotice>) =>
    notifications.show(
      { ...NOTICE, title: 'nas', body: '', ...more },
      new AbortController().signal,
    );

  it('of an earlier process are replaced and closed', async () => {
    expect(await show({ tag: 'a', title: 'first' })).toEqual({ kind: 'sent' });
    const saved = join(dataDir.path, 'notices.json');
    await vi.waitFor(() => expect(readFileSync(saved, 'utf8')).toContain('"on"'), WAIT);
    bus.close();
    start();
    expect(await show({ tag: 'a', title: 'second' })).toEqual({ kind: 'sent' });
    expect(displayed()).toBe(1);
    await vi.waitFor(() => expect(readFileSync(saved, 'utf8')).toContain('"on"'), WAIT);
    bus.close();
    start();
    notifications.listen();
    await vi.waitFor(() => {
      notifications.close('a');
      expect(displayed()).toBe(0);
    }, WAIT);
  });

  it('replace one another by tag, and are closed', async () => {
    expect(await show({ tag: 'a', title: 'first' })).toEqual({ kind: 'sent' });
    expect(await show({ tag: 'b', title: 'second' })).toEqual({ kind: 'sent' });
    expect(await show({ tag: 'a', title: 'third' })).toEqual({ kind: 'sent' });
    await vi.waitFor(() => expect(displayed()).toBe(2), WAIT);
    notifications.close('a');
    await vi.waitFor(() => expect(displayed()).toBe(1), WAIT);
    notifications.close('b');
    await vi.waitFor(() => expect(displayed()).toBe(0), WAIT);
    expect(shown().map(({ title }) => title)).toEqual(['second', 'third']);
  });

  it('show text that looks like markup as it is', async () => {
    await show({ tag: 'a', title: '<b>title</b>', body: '<b>&amp; C:\\temp\\ --help' });
    await vi.waitFor(() => expect(displayed()).toBe(1), WAIT);
    expect(shown()).toEqual([
      { title: '<b>title</b>', body: '&lt;b&gt;&amp;amp; C:\\temp\\ --help' },
    ]);
  });

  it('tell of a click', async () => {
    const actions = [{ name: 'open', label: 'Open' }] as const;
    await show({ tag: 'a', route: '#/alerts/a', actions });
    await vi.waitFor(() => expect(displayed()).toBe(1), WAIT);
    dunstctl('action');
    await vi.waitFor(() => expect(choices).toHaveLength(1), WAIT);
    expect(choices[0]).toMatchObject({ action: 'open', notice: { route: '#/alerts/a' } });
  });
});

describe('hostile text', () => {
  let untouched: string;
  let before: Record<string, string | undefined>;

  beforeEach(() => {
    // The current folder of notify-send, where commands of the text would leave their mark.
    untouched = mkdtempSync(join(dir, 'untouched-'));
    before = { ...process.env };
    Object.assign(process.env, session);
  });

  afterEach(() => {
    for (const key of Object.keys(session)) {
      if (before[key] === undefined) delete process.env[key];
      else process.env[key] = before[key];
    }
  });

  const mark = (name: string): string => join(untouched, name);

  it.each<[what: string, title: () => string, body: () => string]>([
    ['an option', () => '--help', () => '-u critical'],
    ['a dash', () => '-', () => '-'],
    ['double quotes', () => 'the "big" disk', () => `"; touch ${mark('a')}; "`],
    ['single quotes', () => "the 'big' disk", () => `'; touch ${mark('b')}; '`],
    ['command substitution', () => `$(touch ${mark('c')})`, () => `\`touch ${mark('d')}\``],
    ['variables', () => '$HOME', () => '${HOME} !! %s'],
    ['backslashes', () => 'C:\\new', () => 'C:\\temp\\'],
    ['line ends and pipes', () => `a | touch ${mark('e')}`, () => `a\ntouch ${mark('f')} &`],
  ])('%s arrives as it is and runs nothing', async (_what, title, body) => {
    const outcome = await createNodeNotifierPort(new notifier.NotifySend()).show(
      { ...NOTICE, title: title(), body: body() },
      new AbortController().signal,
    );
    expect(outcome).toEqual({ kind: 'sent' });
    await vi.waitFor(() => expect(shown()).toHaveLength(1), WAIT);
    const [notice] = shown();
    const plain = (text: string): string =>
      text
        .replaceAll('\u200b', '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&');
    expect(plain(notice?.title ?? '')).toBe(title());
    expect(plain(notice?.body ?? '')).toBe(body());
    expect(readdirSync(untouched)).toEqual([]);
  });

  it('NUL and markup arrive without harm', async () => {
    const outcome = await createNodeNotifierPort(new notifier.NotifySend()).show(
      {
        ...NOTICE,
        title: 'before\0after',
        body: '<b>bold</b> & <img src="file:///etc/passwd"> \0 end',
      },
      new AbortController().signal,
    );
    expect(outcome).toEqual({ kind: 'sent' });
    await vi.waitFor(() => expect(shown()).toHaveLength(1), WAIT);
    const [notice] = shown();
    expect(notice?.title).toBe('before after');
    expect(notice?.body).toContain('bold');
    expect(notice?.body).toMatch(/end$/);
  });
});
