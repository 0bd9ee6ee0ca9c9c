import { systemClock } from '../../base/clock.ts';
import type { KeyRotated } from '../../contract/rotated-key.ts';
import { fail, type Result } from '../../contract/result.ts';
import { HttpClient } from '../api-client.ts';
import type { CliCommand } from '../cli-command.ts';
import { addConnectionOptions, report, runs } from '../command.ts';
import { connectionOf, connectionOptionsOf, type ConnectionOptions } from '../connection.ts';
import type { Look } from '../output/look.ts';
import { stderrLogger } from '../process-life.ts';
import { answer, confirmed } from '../session.ts';
import { processTerminal } from '../terminal.ts';

const ROTATE = { '--forget-earlier': {}, '--yes': {}, '--json': {} } as const;

/** Adds the command that rotates the key, through the running instance or, while none runs, itself. */
export function addKeyCommand(program: CliCommand): void {
  const command = runs(program, 'rotate-key', ROTATE, async (flags) => {
    const { messages } = program;
    const terminal = processTerminal(messages);
    const forgetEarlier = flags.forgetEarlier === true;
    if (forgetEarlier) {
      const question = messages.text('cli.rotateKey.question');
      const agreed = await confirmed({ terminal, messages }, flags.yes, question);
      if (!agreed.ok) return report(agreed);
    }
    const rotated = await rotate(program, connectionOptionsOf(command), forgetEarlier);
    const json = flags.json === true;
    report(answer({ terminal, json, look: terminal.look }, rotated, rotatedText));
  });
  addConnectionOptions(command);
}

async function rotate(
  { messages }: CliCommand,
  options: ConnectionOptions,
  forgetEarlier: boolean,
): Promise<Result<KeyRotated>> {
  if (options.url === null) {
    process.umask(0o077);
    const { dataDir } = options;
    // Loaded only now, with SQLite, which no command that talks to an instance needs.
    const { rotateStoppedKey } = await import('../rotate-key.ts');
    const host = { clock: systemClock, logger: stderrLogger() };
    const rotated = await rotateStoppedKey({ dataDir, forgetEarlier, ...host });
    if (rotated === 'empty') {
      return fail('not_found', messages.text('cli.rotateKey.empty', { dataDir }));
    }
    if (rotated === 'cores') return fail('wrong_state', messages.text('cli.rotateKey.cores'));
    if (rotated !== 'running') return rotated;
  }
  const connection = connectionOf(messages, options);
  if (!connection.ok) return connection;
  const { url, token } = connection.value;
  const client = new HttpClient(url, token, systemClock, messages);
  return client.call('keys.rotate', { forgetEarlier });
}

const rotatedText = ({ resealed, unreadable, earlierKeys }: KeyRotated, { messages }: Look) =>
  [
    messages.text('keys.rotated', { resealed }),
    messages.text('keys.earlier', { count: earlierKeys }),
    ...(unreadable === 0 ? [] : [messages.text('keys.unreadable', { count: unreadable })]),
    messages.text('cli.rotateKey.copy'),
  ].join('\n');
