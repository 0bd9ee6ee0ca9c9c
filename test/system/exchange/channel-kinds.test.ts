/** @module-tag slow */
import { expect, test } from 'vitest';
import { channelKind, type ChannelKind } from '../../../main/contract/channel-kind.ts';
import type { ChannelInput } from '../../../main/contract/channel.ts';
import type { ChannelCase } from '../../channels/channel-case.ts';
import { changes, ExchangeLab, PASSPHRASE, valueOf } from './exchange-lab.ts';

/** How the conformance suite knows a kind; each has a file of its name. */
async function caseOf(kind: ChannelKind): Promise<ChannelCase> {
  const found = (await import(`../../channels/cases/${kind}.ts`)) as Record<string, ChannelCase>;
  const [first] = Object.values(found);
  if (!first) throw new Error(`${kind} has no case`);
  return first;
}

test.for(channelKind.options)(
  '%s leaves without its secrets, or with them sealed',
  async (kind) => {
    await using service = await (await caseOf(kind)).start();
    await using lab = await ExchangeLab.start();
    await using other = await ExchangeLab.start();
    const input = { kind, name: 'it', config: service.config } as unknown as ChannelInput;
    valueOf(await lab.core.channels.collection.create(input, 'test'));
    const configIn = ({ core: { channels } }: ExchangeLab): unknown => {
      const row = channels.byName('it');
      return row && channels.config(row);
    };

    const open = await lab.export();
    const sealed = await lab.export(PASSPHRASE);
    for (const secret of service.secrets) {
      expect(open).not.toContain(secret);
      expect(sealed).not.toContain(secret);
    }
    expect(changes(valueOf(await lab.preview(open, 'replace')))).toEqual([]);

    await other.import(open, 'replace');
    const hasSecrets = open.includes('withheld:');
    expect(other.core.channels.byName('it')?.attention !== null).toBe(hasSecrets);
    await other.import(sealed, 'replace', PASSPHRASE);
    expect(configIn(other)).toEqual(configIn(lab));
    expect(other.core.channels.byName('it')?.attention).toBeNull();
  },
);
