import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { alertsPage, type Alert } from '../../main/contract/alert.ts';
import { BelfryPeer } from './belfry-peer.ts';
import { freePort } from './program.ts';

export const MAIL_GUIDE = readFileSync('docs/mail.md', 'utf8');

/** The name of the machine that programs run on, which is not that of the sender's address. */
export const MACHINE = 'cellar';

/**
 * The script that gives a program a machine for itself: a name, this sendmail, and none of the jobs of the machine
 * that the tests run on. Its processes and its network are those of that machine.
 */
const ENTER = `
mount --make-rprivate /
hostname "$NAME"
mount -t tmpfs none /run
mount --bind "$FILES/sbin" /usr/sbin
mount --bind "$FILES/crontabs" /var/spool/cron/crontabs
mount --bind "$FILES/cron.d" /etc/cron.d
mount --bind "$FILES/crontab" /etc/crontab
exec "$@"
`;

/** Returns the first lines that a guide has for a sender, which nothing marks for tests. */
export const linesFor = (sender: string, guide: string): string =>
  new RegExp(`<!-- sender: ${sender} -->[^]*?\`\`\`text\n([^]*?)\`\`\``).exec(guide)?.[1] ?? '';

/** Writes a script of the shell. */
export function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

/** A Belfry that receives mail, and a machine whose mail msmtp brings to it as the guide sets it up. */
export class MailingMachine implements AsyncDisposable {
  readonly belfry: BelfryPeer;
  readonly port: number;
  /** The machine's `sendmail`. */
  readonly sendmail: string;
  readonly #files: string;

  private constructor(belfry: BelfryPeer, port: number) {
    this.belfry = belfry;
    this.port = port;
    this.#files = join(belfry.dir, 'machine');
    for (const name of ['sbin', 'crontabs', 'cron.d']) {
      mkdirSync(join(this.#files, name), { recursive: true, mode: 0o700 });
    }
    writeFileSync(join(this.#files, 'crontab'), '');
    this.sendmail = join(this.#files, 'sbin', 'sendmail');
    const config = join(belfry.dir, 'msmtprc');
    const filled = linesFor('machine_mail', MAIL_GUIDE)
      .replace('host belfry', 'host 127.0.0.1')
      .replace('port 2525', `port ${port}`)
      .replace('/etc/msmtp-aliases', join(belfry.dir, 'aliases'))
      .replace('bf_your-token', belfry.token);
    writeFileSync(join(belfry.dir, 'aliases'), 'default: alerts@belfry\n');
    writeFileSync(config, filled, { mode: 0o600 });
    script(this.sendmail, `exec msmtp -C ${config} "$@"`);
  }

  static async start(): Promise<MailingMachine> {
    const belfry = await BelfryPeer.start();
    const port = await freePort();
    await belfry.call('PATCH', '/api/v1/settings', { mail: { enabled: true, port } });
    await expect
      .poll(() => belfry.call<{ mail: { address: string } }>('GET', '/api/v1/status'))
      .toMatchObject({ mail: { address: `smtp://127.0.0.1:${port}` } });
    return new MailingMachine(belfry, port);
  }

  /** Returns all alerts, the oldest first. */
  async alerts(): Promise<Alert[]> {
    const page = await this.belfry.call('GET', '/api/v1/alerts?limit=50');
    return alertsPage.parse(page).items.toReversed();
  }

  /** Gives root these lines as its crontab. */
  crontab(...lines: readonly string[]): void {
    const path = join(this.#files, 'crontabs', 'root');
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  }

  /** Returns the words that run a program of /usr/sbin on the machine. */
  inside(program: string, ...args: readonly string[]): [string, ...string[]] {
    copyFileSync(join('/usr/sbin', program), join(this.#files, 'sbin', program));
    const names = [`NAME=${MACHINE}`, `FILES=${this.#files}`];
    const enter = ['unshare', '--mount', '--uts', '/bin/sh', '-ec', ENTER, 'sh'];
    return ['env', ...names, ...enter, program, ...args];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.belfry[Symbol.asyncDispose]();
  }
}
