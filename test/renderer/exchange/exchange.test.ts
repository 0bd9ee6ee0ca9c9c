import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EntryChange, ImportPreview } from '../../../main/contract/config-exchange.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import * as files from '../../../renderer/exchange/save-file.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';

const CHANGED: EntryChange = {
  section: 'channels',
  name: '<b>pager</b>',
  change: 'changed',
  fields: [
    { field: 'enabled', before: 'true', after: 'false', secret: false },
    { field: 'url', before: null, after: null, secret: true },
  ],
  notes: [],
  noteReasons: [],
};
const CREATED: EntryChange = {
  section: 'routes',
  name: 'all',
  change: 'created',
  fields: [{ field: 'minSeverity', before: null, after: 'info', secret: false }],
  notes: [],
  noteReasons: [{ code: 'note.cancels', params: { count: 2 } }],
};
const REMOVED: EntryChange = {
  ...{
    section: 'heartbeats',
    name: 'old',
    change: 'removed',
    fields: [],
    notes: [],
    noteReasons: [],
  },
};

const preview = (over: Partial<ImportPreview> = {}): ImportPreview => ({
  mode: 'merge',
  entries: [CHANGED, CREATED],
  routeOrder: null,
  secrets: 'none',
  cancels: 0,
  hash: 'h1',
  ...over,
});

let client: FakeClient;
beforeEach(() => {
  client = new FakeClient({
    'settings.get': () => fail('unavailable', 'not of interest here'),
    'config.preview': () => ok(preview()),
    'config.apply': () => ok(preview()),
  });
});

const region = () => screen.findByRole('region', { name: 'Export and import' });

async function choose(yaml = 'version: 1'): Promise<HTMLElement> {
  openWindow(client, '#/settings/exchange');
  const section = await region();
  const input = within(section).getByLabelText('Choose file…');
  await fireEvent.change(input, { target: { files: [new File([yaml], 'lab.yaml')] } });
  await within(section).findByRole('heading', { name: 'lab.yaml' });
  return section;
}

describe('an import', () => {
  it('shows what it changes, field by field, and no markup of names', async () => {
    const section = await choose();
    const list = await within(section).findByRole('list', { name: 'Changes' });
    const [changed, created] = within(list).getAllByRole('listitem');
    expect(changed?.textContent).toContain('<b>pager</b>');
    expect(changed?.textContent).toMatch(/changed.*enabled.*before: true.*after: false/s);
    expect(changed?.textContent).toContain('New secret');
    expect(created?.textContent).toMatch(/Route.*all.*created.*Cancels 2 queued/s);
    expect(within(section).getByRole('status').textContent).toContain('1 created and 1 changed.');
  });

  it('is applied as it was shown, after a confirmation', async () => {
    const section = await choose();
    await fireEvent.click(await within(section).findByRole('button', { name: 'Import…' }));
    const dialog = screen.getByRole('dialog', { name: 'Import this configuration?' });
    expect(client.inputsOf('config.apply')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Import' }));
    await screen.findByText('Imported: 1 created and 1 changed.');
    expect(client.inputsOf('config.apply')).toEqual([
      { yaml: 'version: 1', mode: 'merge', expect: 'h1', cancelOwed: false },
    ]);
    expect(within(section).queryByRole('heading', { name: 'lab.yaml' })).toBeNull();
  });

  it('that cancels something says how much, and only then agrees to it', async () => {
    client.script({ 'config.preview': () => ok(preview({ entries: [REMOVED], cancels: 1_234 })) });
    const section = await choose();
    await fireEvent.click(
      within(section).getByLabelText('Remove entries that are not in the file'),
    );
    await waitFor(() => expect(client.inputsOf('config.preview')).toHaveLength(2));
    expect(client.inputsOf('config.preview')[1]).toEqual({ yaml: 'version: 1', mode: 'replace' });
    await fireEvent.click(await within(section).findByRole('button', { name: 'Import…' }));
    const dialog = screen.getByRole('dialog');
    expect(dialog.textContent).toMatch(/1,234.*are cancelled permanently/s);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Import' }));
    await waitFor(() =>
      expect(client.inputsOf('config.apply')).toMatchObject([
        { mode: 'replace', cancelOwed: true },
      ]),
    );
  });

  it('names each problem of a file with its line', async () => {
    const details = [
      { field: 'routes.0', line: 4, problem: 'has no field called "chanels"' },
      { field: 'file', line: null, problem: 'is empty' },
    ];
    client.script({ 'config.preview': () => fail('invalid_input', 'line 4', details) });
    const section = await choose();
    const problems = await within(section).findByRole('list', {
      name: 'Problems in the file',
    });
    const [first] = within(problems).getAllByRole('listitem');
    expect(first?.textContent).toMatch(/Line 4\s+routes\.0 has no field called "chanels"/);
    expect(within(section).queryByRole('button', { name: 'Import…' })).toBeNull();
  });

  it('opens secrets with a passphrase, and says when it is another one', async () => {
    const problem = 'does not decrypt the secrets of this file';
    const details = [{ field: 'passphrase', line: null, problem }];
    client.script({
      'config.preview': ({ passphrase }) =>
        passphrase === 'wrong'
          ? fail('invalid_input', `passphrase: ${problem}`, details)
          : ok(preview({ secrets: passphrase === undefined ? 'closed' : 'opened', hash: 'h2' })),
    });
    const section = await choose();
    const type = async (passphrase: string) => {
      const field = within(section).getByLabelText('Passphrase of the file');
      await fireEvent.input(field, { target: { value: passphrase } });
      await fireEvent.click(within(section).getByRole('button', { name: 'Decrypt secrets' }));
    };
    await within(section).findByLabelText('Passphrase of the file');
    await type('wrong');
    expect((await within(section).findByRole('alert')).textContent).toContain(problem);
    await type('right');
    await waitFor(() =>
      expect(within(section).queryByLabelText('Passphrase of the file')).toBeNull(),
    );
    await fireEvent.click(within(section).getByRole('button', { name: 'Import…' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Import' }));
    await waitFor(() =>
      expect(client.inputsOf('config.apply')).toMatchObject([
        { passphrase: 'right', expect: 'h2' },
      ]),
    );
  });

  it('that would now do something else is shown again, with the reason', async () => {
    const section = await choose();
    client.script({
      'config.apply': () => fail('wrong_state', 'It would do something else.'),
      'config.preview': () => ok(preview({ entries: [REMOVED], hash: 'h3' })),
    });
    await fireEvent.click(await within(section).findByRole('button', { name: 'Import…' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Import' }));
    await within(section).findByText('It would do something else.');
    expect(within(section).getByRole('status').textContent).toContain('1 removed');
  });

  it('that changes nothing has nothing to confirm', async () => {
    client.script({ 'config.preview': () => ok(preview({ entries: [] })) });
    const section = await choose();
    await within(section).findByText(/Changes: none\./);
    expect(within(section).queryByRole('button', { name: 'Import…' })).toBeNull();
    await fireEvent.click(within(section).getByRole('button', { name: 'Cancel' }));
    expect(within(section).queryByRole('heading', { name: 'lab.yaml' })).toBeNull();
  });

  it('of a file that is too large is not even sent', async () => {
    const section = await choose('#'.repeat(1_048_577));
    await within(section).findByText(/too large for a configuration/);
    expect(client.inputsOf('config.preview')).toEqual([]);
  });
});

describe('an export', () => {
  beforeEach(() => {
    client.script({ 'config.export': () => ok({ yaml: 'version: 1\n' }) });
  });

  const open = async () => {
    openWindow(client, '#/settings/exchange');
    await fireEvent.click(within(await region()).getByRole('button', { name: 'Export…' }));
    return screen.getByRole('dialog', { name: 'Export configuration' });
  };

  it('is saved as a file', async () => {
    const save = vi.spyOn(files, 'saveFile').mockReturnValue();
    const dialog = await open();
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Export' }));
    await screen.findByText('Configuration exported.');
    expect(save).toHaveBeenCalledExactlyOnceWith(
      'belfry.yaml',
      ['version: 1\n'],
      'application/yaml',
    );
    expect(client.inputsOf('config.export')).toEqual([{}]);
  });

  it('with secrets wants the passphrase twice', async () => {
    vi.spyOn(files, 'saveFile').mockReturnValue();
    const dialog = await open();
    await fireEvent.click(within(dialog).getByRole('checkbox'));
    const type = (label: string, value: string) =>
      fireEvent.input(within(dialog).getByLabelText(label), { target: { value } });
    await type('Passphrase', 'correct horse');
    await type('Repeat passphrase', 'correct house');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Export' }));
    await within(dialog).findByText('The passphrases do not match.');
    expect(client.inputsOf('config.export')).toEqual([]);
    await type('Repeat passphrase', 'correct horse');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Export' }));
    await screen.findByText('Configuration exported.');
    expect(client.inputsOf('config.export')).toEqual([{ passphrase: 'correct horse' }]);
  });
});
