import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import type { CliCommand } from '../../main/cli/cli-command.ts';
import { createProgram } from '../../main/cli/program.ts';
import { ALERT_COLUMNS } from '../../main/cli/commands/alert-text.ts';
import { statusText } from '../../main/cli/commands/status-text.ts';
import { table } from '../../main/cli/output/table.ts';
import german from '../../main/messages/de.json' with { type: 'json' };
import { messagesFor } from '../../main/messages/messages.ts';
import { alert, status } from '../renderer/support/samples.ts';
import { run } from './lab.ts';

/** Runs a command line that the parser ends, and returns what it printed. */
async function printed(...args: string[]): Promise<string> {
  let text = '';
  const program = createProgram(messagesFor('de'), '/nowhere');
  const write = (part: string): void => {
    text += part;
  };
  const commands = [program];
  for (let command = commands.shift(); command; command = commands.shift()) {
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write });
    commands.push(...(command.commands as typeof commands));
  }
  await expect(program.parseAsync(['node', 'belfry', ...args])).rejects.toThrow(CommanderError);
  return text.replace(/\s+/g, ' ');
}

describe('in German', () => {
  test.for([
    [
      ['alerts', 'list', '--sate', 'x'],
      'Fehler: unbekannte Option „--sate“ (Meintest du --state?)',
    ],
    [['alerts', 'lst'], 'Fehler: unbekannter Befehl „lst“ (Meintest du list?)'],
    [['alerts', 'show'], 'Fehler: Argument „id“ fehlt'],
    [['send', '--kind'], 'Fehler: Option „--kind <kind>“ braucht einen Wert'],
    [['send'], 'Fehler: Option „--kind <kind>“ ist erforderlich'],
    [['status', 'a', 'b'], 'Fehler: zu viele Argumente: a, b'],
    [
      ['alerts', 'list', '--limit', '0'],
      'Fehler: „0“ ist kein gültiger Wert für die Option „--limit <n>“. Gib eine ganze Zahl von 1 bis',
    ],
    [
      ['completion', 'cmd'],
      'Fehler: „cmd“ ist kein gültiger Wert für das Argument „shell“. Möglich sind: bash, zsh, fish.',
    ],
    [
      ['send', '--kind', 'k', '--severity', 'bad'],
      'ist kein gültiger Wert für die Option „--severity <severity>“. Möglich sind: info, warning, critical.',
    ],
  ] as const)('%j is refused', async ([args, words]) => {
    expect(await printed(...args)).toContain(words);
  });

  test('help has no English heading', async () => {
    const help = await printed('alerts', 'list', '--help');
    expect(help).toContain('Aufruf: belfry alerts list [Optionen]');
    expect(help).toMatch(/Optionen: .* Instanz: /);
    expect(help).toContain('(Auswahl: info, warning, critical, all)');
    expect(help).toContain('(Umgebung: BELFRY_URL)');
    expect(help).not.toMatch(/Options|Usage|default|choices|\benv\b/);
  });

  test('the status has German names and numbers', () => {
    const text = statusText(status({ flapping: 1_200 }), {
      colour: false,
      columns: null,
      messages: messagesFor('de'),
    });
    expect(text).toMatch(/^Flatternd +1\.200$/m);
    expect(text).toMatch(/^Warteschlange +/m);
  });

  test('the status says in German why the outbound heartbeat is withheld', () => {
    const { outboundHeartbeat } = status();
    const withheld = {
      code: 'channel_down',
      channelId: null,
      reason: { code: 'withheld.channel_down', params: { channel: 'Telefon' } },
      text: 'The channel “Telefon” is down.',
    } as const;
    const text = statusText(
      status({
        outboundHeartbeat: {
          ...outboundHeartbeat,
          enabled: true,
          withheldSince: 0,
          withheld: [withheld],
        },
      }),
      { colour: false, columns: null, messages: messagesFor('de') },
    );
    expect(text).toContain('Der Kanal „Telefon“ ist ausgefallen.');
    expect(text).not.toContain('is down');
  });
});

test('an alert that Belfry raised says why in the language of the reader', () => {
  const params = { job: 'backup', hasGroup: true, group: 'photos', status: 'failed' } as const;
  const raised = alert({
    message: 'The backup of photos failed.',
    messageReason: { code: 'job.ended', params },
  });
  const look = { colour: false, columns: null, messages: messagesFor('de') };
  expect(table(ALERT_COLUMNS, [raised], look)).toContain(
    'Die Sicherung von photos ist fehlgeschlagen.',
  );
});

/** Every command, option and argument, and the path that leads to it. */
function partsOf(command: CliCommand): { readonly place: string; readonly text: string }[] {
  const place = command.name();
  return [
    { place, text: command.description() },
    ...command.options.map(({ flags, description }) => ({
      place: `${place} ${flags}`,
      text: description,
    })),
    ...(command.commands as CliCommand[]).flatMap((it) =>
      partsOf(it).map((part) => ({ ...part, place: `${place} ${part.place}` })),
    ),
  ];
}

test('every command and option has a text, and every text under their keys is shown', () => {
  const messages = messagesFor('de');
  const parts = partsOf(createProgram(messages, '/nowhere'));
  expect(parts.filter(({ text }) => text === '')).toEqual([]);
  const shown = new Set(parts.map(({ text }) => text));
  const keys = Object.keys(german).filter((key) => /^cli\.(command|option)\./.test(key));
  expect(keys.filter((key) => !shown.has(messages.text(key as 'cli.command.alerts')))).toEqual([]);
});

test('the language is that of the environment', async () => {
  const german = await run(['alerts', 'show'], { env: { LC_ALL: 'de_AT.UTF-8' } });
  expect([german.code, german.stderr]).toEqual([2, expect.stringContaining('Argument „id“ fehlt')]);
  const english = await run(['alerts', 'show'], { env: { LC_ALL: 'fr_FR.UTF-8' } });
  expect(english.stderr).toContain('missing argument "id"');
});
