import { describe, expect, test } from 'vitest';
import { CHANNEL_KINDS, channelKind, type ChannelKind } from '../../main/contract/channel-kind.ts';
import { fieldsOf } from '../../main/contract/field.ts';
import { refusedAddressIn } from '../../main/domain/refused-address.ts';

/** Every field of every kind that holds an address, by its schema alone. */
const FIELDS = channelKind.options.flatMap((kind) =>
  fieldsOf(CHANNEL_KINDS[kind].config)
    .filter(({ name, control }) => control.type === 'url' || name === 'host')
    .map(({ name, control }) => ({ kind, name, isUrl: control.type === 'url' })),
);

const refused = (kind: ChannelKind, name: string, value: unknown) =>
  refusedAddressIn(CHANNEL_KINDS[kind].config, { [name]: value });

const spelled = (kind: ChannelKind, isUrl: boolean, host: string): string => {
  if (!isUrl) return host.replaceAll(/[[\]]/g, '');
  return `${kind === 'mqtt' ? 'mqtt' : 'https'}://${host}`;
};

describe.each(FIELDS)('$name of a channel of kind $kind', ({ kind, name, isUrl }) => {
  test.each([
    '169.254.169.254',
    '169.254.1.1',
    '100.100.100.200',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[::ffff:169.254.169.254]',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
  ])('may not be %s, which sending refuses', (host) => {
    expect(refused(kind, name, spelled(kind, isUrl, host))).toEqual({
      field: name,
      reason: { code: 'issue.address_refused', params: {} },
    });
  });

  test.each(['127.0.0.1', '10.0.0.5', '[fd12::5]', 'nas.lan', 'example.org'])(
    'may be %s',
    (host) => {
      expect(refused(kind, name, spelled(kind, isUrl, host))).toBeNull();
    },
  );
});

test('every kind that connects anywhere has a field that is checked', () => {
  const without = channelKind.options.filter(
    (kind) => !FIELDS.some((field) => field.kind === kind),
  );
  // Pushover has one server, and the desktop none.
  expect(without.toSorted()).toEqual(['desktop', 'pushover']);
});
