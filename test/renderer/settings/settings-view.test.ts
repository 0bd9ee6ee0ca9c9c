import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { settingsPatch, type Settings } from '../../../main/contract/settings.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { DEFAULT_SETTINGS } from '../../../main/contract/settings.ts';
import { SENDER_IDS, senderOf } from '../../../main/contract/senders/senders.ts';
import { targetFor } from '../../../renderer/sources/sender-target.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { status, token, uuid } from '../support/samples.ts';

const settings: Settings = {
  ...DEFAULT_SETTINGS,
  desktopHttp: { enabled: false, port: 8377 },
};

let client: FakeClient;
beforeEach(() => {
  client = new FakeClient({ 'settings.get': () => ok(structuredClone(settings)) });
});

const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

describe('tokens', () => {
  it('shows a new secret once, with snippets to copy', async () => {
    client.script({ 'tokens.create': () => ok({ id: uuid(5), token: 'bf_s3cret' }) });
    openWindow(client, '#/settings');
    await fireEvent.click(await screen.findByRole('button', { name: 'Create token' }));
    await type('Name', 'nas');
    await fireEvent.click(screen.getByRole('button', { name: 'Create' }));
    const secret = await screen.findByRole('region', { name: 'Token' });
    expect(secret.textContent).toBe('bf_s3cret');
    expect(document.activeElement?.textContent).toBe('Copy it now. It is not shown again.');
    expect(client.inputsOf('tokens.create')).toEqual([{ name: 'nas', scope: 'ingest' }]);
    const curl = screen.getByRole('region', { name: 'Command' });
    expect(curl.textContent).toContain("/api/v1/events'");
    await fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    const question = await screen.findByRole('dialog', { name: 'Leave without the token?' });
    await fireEvent.click(within(question).getByRole('button', { name: 'Stay' }));
    expect(screen.getByRole('region', { name: 'Token' }).textContent).toBe('bf_s3cret');
    await fireEvent.click(screen.getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(document.body.textContent).not.toContain('bf_s3cret'));
  });

  it('shows the lines of each sender with the new token', async () => {
    client.script({
      'system.status': () => ok(status({ url: 'http://127.0.0.1:8377' })),
      'tokens.create': () => ok({ id: uuid(5), token: 'bf_s3cret' }),
    });
    openWindow(client, '#/settings');
    await fireEvent.click(await screen.findByRole('button', { name: 'Create token' }));
    await type('Name', 'kuma');
    await fireEvent.click(screen.getByRole('button', { name: 'Create' }));
    const choice = await screen.findByLabelText('Sender');
    const names = within(choice)
      .getAllByRole('option')
      .map(({ textContent }) => textContent);
    expect(names.toSorted()).toEqual(SENDER_IDS.map((id) => senderOf(id).name).toSorted());
    await fireEvent.change(choice, { target: { value: 'uptime_kuma' } });
    await screen.findByText('{ "Authorization": "Bearer bf_s3cret" }');
  });

  it('says how snippets come about where HTTP is off', async () => {
    client.script({
      'system.status': () => ok(status({ host: 'desktop', url: null })),
      'tokens.create': () => ok({ id: uuid(5), token: 'bf_s3cret' }),
    });
    openWindow(client, '#/settings');
    await fireEvent.click(await screen.findByRole('button', { name: 'Create token' }));
    await type('Name', 'nas');
    await fireEvent.click(screen.getByRole('button', { name: 'Create' }));
    await screen.findByText(/does not receive events over HTTP/);
  });

  it('revokes after a confirmation', async () => {
    client.script({
      'tokens.list': () => ok({ items: [token()] }),
      'tokens.delete': () => ok({ status: 'deleted' }),
    });
    openWindow(client, '#/settings');
    await fireEvent.click(await screen.findByRole('button', { name: 'Revoke' }));
    const dialog = screen.getByRole('dialog', { name: 'Revoke prometheus?' });
    expect(client.inputsOf('tokens.delete')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Revoke' }));
    await screen.findByText('No tokens yet. Create one to send the first event.');
    expect(client.inputsOf('tokens.delete')).toEqual([{ id: uuid(301) }]);
  });

  it('writes lines of the address that senders can use', () => {
    const linesOf = (id: 'curl' | 'prometheus', url: string) =>
      senderOf(id).lines(targetFor(url, 'bf_x', null))[0]?.text;
    expect(linesOf('curl', 'http://nas:8377')).toContain('Authorization: Bearer bf_x');
    expect(linesOf('prometheus', 'https://nas.lan:8377')).toBe(
      [
        'alerting:',
        '  alertmanagers:',
        '    - authorization:',
        '        credentials: bf_x',
        '      scheme: https',
        '      static_configs:',
        "        - targets: ['nas.lan:8377']",
      ].join('\n'),
    );
  });

  it('takes the host for mail from the address, and the port from where mail is received', () => {
    const target = targetFor('https://nas.lan:8377', 'bf_x', 'smtp://127.0.0.1:2526');
    expect(target).toMatchObject({ mailHost: 'nas.lan', mailPort: 2526 });
    expect(targetFor('http://nas', 'bf_x', null)).toMatchObject({ mailPort: 2525 });
  });
});

describe('the parts of the settings', () => {
  it('are tabs, each with its own address', async () => {
    openWindow(client, '#/settings');
    await screen.findByRole('region', { name: 'Tokens' });
    await fireEvent.click(screen.getByRole('tab', { name: 'Backups' }));
    await screen.findByRole('region', { name: 'Backup schedule' });
    expect(location.hash).toBe('#/settings/backups');
    expect(screen.getByRole('tabpanel', { name: 'Backups' })).toBeTruthy();
    expect(screen.queryByRole('region', { name: 'Tokens' })).toBeNull();
  });

  it('are saved apart, and keep what is typed in the others', async () => {
    const backup = { ...settings.backup, keep: 14 };
    client.script({ 'settings.update': () => ok({ ...settings, backup }) });
    openWindow(client, '#/settings/general');
    await screen.findByRole('region', { name: 'Links in messages' });
    await type('Address of Belfry', 'https://belfry.lan');
    await fireEvent.click(screen.getByRole('tab', { name: 'Backups' }));
    await screen.findByRole('region', { name: 'Backup schedule' });
    await type('Backups to keep', '14');
    await fireEvent.click(screen.getByRole('button', { name: 'Save schedule' }));
    await screen.findByText('Settings saved.');
    expect(client.inputsOf('settings.update')).toEqual([{ backup: { keep: 14 } }]);
    await fireEvent.click(screen.getByRole('tab', { name: 'General' }));
    await screen.findByRole('region', { name: 'Links in messages' });
    expect(screen.getByLabelText<HTMLInputElement>('Address of Belfry').value).toBe(
      'https://belfry.lan',
    );
  });
});

describe('settings', () => {
  it('saves what was changed and nothing else, as the contract takes it', async () => {
    client.script({ 'settings.update': () => ok(settings) });
    openWindow(client, '#/settings/general');
    const field = await screen.findByRole('spinbutton', { name: 'Dead letters' });
    await fireEvent.input(field, { target: { value: '45' } });
    await type('Auto-resolve after', '10');
    await fireEvent.click(screen.getByRole('button', { name: 'Save settings' }));
    await screen.findByText('Settings saved.');
    const [patch] = client.inputsOf('settings.update');
    expect(settingsPatch.parse(patch)).toEqual({
      retention: { deadDays: 45 },
      resolveTimeoutMs: 600_000,
    });
  });

  it('saves how many dead letters are kept', async () => {
    client.script({ 'settings.update': () => ok(settings) });
    openWindow(client, '#/settings/general');
    await screen.findByLabelText('Dead letters to keep');
    expect(screen.getByText(/the oldest are discarded.*Default:\s100,000\./)).toBeTruthy();
    await type('Dead letters to keep', '5000');
    await fireEvent.click(screen.getByRole('button', { name: 'Save settings' }));
    await screen.findByText('Settings saved.');
    expect(client.inputsOf('settings.update')).toMatchObject([{ deadLettersMax: 5_000 }]);
  });

  it('saves flapping, expiry and storms', async () => {
    client.script({ 'settings.update': () => ok(settings) });
    openWindow(client, '#/settings/general');
    await screen.findByRole('region', { name: 'Flapping' });
    const typed: [string, string][] = [
      ['Changes', '7'],
      ['Settle time', '30'],
      ['Expire open alerts after', '0'],
      ['Auto-acknowledge after', '2'],
      ['New alerts', '50'],
    ];
    for (const [label, value] of typed) await type(label, value);
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Summarise for webhooks too' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Save settings' }));
    await screen.findByText('Settings saved.');
    expect(settingsPatch.parse(client.inputsOf('settings.update')[0])).toMatchObject({
      flappingThreshold: 7,
      flappingCooldownMinutes: 30,
      maxAlertAgeDays: 0,
      autoAcknowledgeAfterHours: 48,
      stormThreshold: 50,
      stormWebhooks: true,
    });
  });

  it('saves where Belfry is reached, and takes it back', async () => {
    client.script({ 'settings.update': (patch) => ok({ ...settings, ...patch } as Settings) });
    openWindow(client, '#/settings/general');
    await screen.findByRole('region', { name: 'Links in messages' });
    const save = screen.getByRole('button', { name: 'Save settings' });
    for (const address of [' https://belfry.lan ', '']) {
      await type('Address of Belfry', address);
      await fireEvent.click(save);
      await waitFor(() => expect(save.matches(':disabled')).toBe(false));
    }
    const patches = client.inputsOf('settings.update').map((patch) => settingsPatch.parse(patch));
    expect(patches).toMatchObject([{ publicUrl: 'https://belfry.lan' }, { publicUrl: null }]);
  });

  it('says beside it what is wrong with the address', async () => {
    const details = [{ field: 'publicUrl', problem: 'must be an address alone' }];
    client.script({
      'settings.update': () =>
        fail('invalid_input', 'publicUrl: must be an address alone', details),
    });
    openWindow(client, '#/settings/general');
    await screen.findByRole('region', { name: 'Links in messages' });
    await type('Address of Belfry', 'https://ann:pw@belfry.lan');
    await fireEvent.click(screen.getByRole('button', { name: 'Save settings' }));
    await screen.findByText('must be an address alone');
    expect(screen.getByLabelText('Address of Belfry').getAttribute('aria-invalid')).toBe('true');
  });

  it('asks for no limits of what is switched off', async () => {
    openWindow(client, '#/settings/general');
    const flapping = await screen.findByRole('region', { name: 'Flapping' });
    const fields = within(flapping).getAllByRole('spinbutton');
    expect(fields.map((field) => field.matches(':disabled'))).toEqual([false, false, false]);
    await fireEvent.click(within(flapping).getByRole('checkbox'));
    expect(fields.map((field) => field.matches(':disabled'))).toEqual([true, true, true]);
  });

  it('offers seconds where they count, and no unit below the setting’s own', async () => {
    openWindow(client, '#/settings/general');
    const flapping = await screen.findByRole('region', { name: 'Flapping' });
    const units = (label: string): string[] =>
      [...within(flapping).getByLabelText<HTMLSelectElement>(`${label}, unit`).options].map(
        (option) => option.text,
      );
    expect(units('Time window')).toEqual(['seconds', 'minutes', 'hours', 'days']);
    expect(units('Settle time')).toEqual(['minutes', 'hours', 'days']);
  });

  it('gives the default of each number with its unit', async () => {
    openWindow(client, '#/settings/general');
    const flapping = await screen.findByRole('region', { name: 'Flapping' });
    within(flapping).getByText(/Older changes no longer count\. Default:\s5\sminutes\./);
    within(flapping).getByText(/count as flapping\. Default:\s5\./);
  });

  it('saves hosts of pictures, which may be none', async () => {
    client.script({ 'settings.update': () => ok(settings) });
    openWindow(client, '#/settings/general');
    const section = await screen.findByRole('region', { name: 'Pictures' });
    expect(within(section).getByLabelText<HTMLInputElement>('Hosts with pictures').required).toBe(
      false,
    );
    await type('Hosts with pictures', 'grafana.lan, 192.168.1.0/24');
    await fireEvent.click(screen.getByRole('button', { name: 'Save settings' }));
    await waitFor(() =>
      expect(client.inputsOf('settings.update')).toEqual([
        { pictureHosts: ['grafana.lan', '192.168.1.0/24'] },
      ]),
    );
  });

  it('says why they were refused', async () => {
    client.script({ 'settings.update': () => fail('invalid_input', 'deadDays: too big') });
    openWindow(client, '#/settings/general');
    await fireEvent.click(await screen.findByRole('button', { name: 'Save settings' }));
    await screen.findByText('deadDays: too big');
  });

  it('offers receiving over HTTP on the desktop alone', async () => {
    openWindow(client, '#/settings/general');
    await screen.findByRole('button', { name: 'Save settings' });
    expect(screen.queryByLabelText('Port')).toBeNull();
    client.push({ entity: 'status', value: status({ host: 'desktop' }) });
    await screen.findByLabelText('Port');
  });

  it('offers the Dock icon on macOS alone', async () => {
    openWindow(client, '#/settings/general');
    client.push({ entity: 'status', value: status({ host: 'desktop' }) });
    await screen.findByLabelText('Start at login');
    expect(screen.queryByLabelText('Dock icon')).toBeNull();
    client.push({ entity: 'status', value: status({ host: 'desktop', platform: 'darwin' }) });
    await screen.findByLabelText('Dock icon');
  });

  it('offers the life of the desktop app on the desktop alone', async () => {
    client.script({ 'settings.update': () => ok(structuredClone(settings)) });
    openWindow(client, '#/settings/general');
    await screen.findByRole('button', { name: 'Save settings' });
    expect(screen.queryByLabelText('Start at login')).toBeNull();
    client.push({ entity: 'status', value: status({ host: 'desktop' }) });
    await fireEvent.click(await screen.findByLabelText('Start at login'));
    await fireEvent.change(screen.getByLabelText('Closing the window'), {
      target: { value: 'quit' },
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Save settings' }));
    await waitFor(() =>
      expect(client.inputsOf('settings.update')).toEqual([
        { desktop: { startAtLogin: true, onClose: 'quit' } },
      ]),
    );
  });

  it('shows version, host, data directory and address', async () => {
    openWindow(client, '#/settings/about');
    const about = await screen.findByRole('region', { name: 'About' });
    await within(about).findByText('/var/lib/belfry');
    for (const fact of ['0.1.0', 'http://127.0.0.1:8377']) {
      expect(within(about).getByText(fact)).toBeTruthy();
    }
    expect(within(about).queryByRole('button', { name: 'Sign out' })).toBeNull();
  });

  it('shows the third-party notices once they are asked for', async () => {
    const answers = [new Response(null, { status: 404 }), new Response('zod 4.0.0, MIT')];
    const load = vi.fn(() => Promise.resolve(answers.shift()));
    vi.stubGlobal('fetch', load);
    onTestFinished(() => void vi.unstubAllGlobals());
    openWindow(client, '#/settings/about');
    const summary = await screen.findByText('Third-party notices');
    expect(load).not.toHaveBeenCalled();
    await fireEvent.click(summary);
    await screen.findByText('Belfry answered HTTP 404. Build it again.');
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('zod 4.0.0, MIT');
    expect(load).toHaveBeenCalledWith(new URL('THIRD-PARTY-NOTICES.txt', location.href).href);
  });
});
