import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { FlapOutcome, FlapPreview } from '../../../main/contract/flap-preview.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { DEFAULT_SETTINGS } from '../../../main/contract/settings.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';

const outcome = (alerts: number, held: number): FlapOutcome => ({ alerts, episodes: alerts, held });
const preview = (current: FlapOutcome, proposed: FlapOutcome, changes = 90): FlapPreview => ({
  ...{ since: 0, changes, isPartial: false },
  ...{ current, proposed },
});
const FIVE = outcome(5, 82);

async function open(answer: FlapPreview) {
  const client = new FakeClient({
    'settings.get': () => ok(DEFAULT_SETTINGS),
    'conditions.previewFlapping': () => ok(answer),
  });
  const { clock } = openWindow(client, '#/settings/general');
  await screen.findByLabelText('Changes');
  const wait = async (calls: number): Promise<void> => {
    clock.advance(300);
    await waitFor(() => expect(client.inputsOf('conditions.previewFlapping')).toHaveLength(calls));
  };
  return { client, wait };
}

describe('the preview of the numbers of flapping', () => {
  it('says what the numbers as they are would have done', async () => {
    const { client, wait } = await open(preview(FIVE, FIVE));
    await wait(1);
    await screen.findByText(
      'In the last 7 days, 5 alerts would have flapped with these numbers, and 82 changes would have been held back.',
    );
    expect(client.inputsOf('conditions.previewFlapping')).toEqual([
      {
        flappingEnabled: true,
        flappingThreshold: 5,
        flappingWindowSeconds: 300,
        flappingCooldownMinutes: 15,
      },
    ]);
  });

  it('compares what is typed, once it is typed', async () => {
    const { client, wait } = await open(preview(FIVE, FIVE));
    await wait(1);
    client.script({ 'conditions.previewFlapping': () => ok(preview(FIVE, outcome(3, 41))) });
    const changes = screen.getByLabelText('Changes');
    await fireEvent.input(changes, { target: { value: '1' } });
    await fireEvent.input(changes, { target: { value: '16' } });
    await wait(2);
    await screen.findByText(
      'With 16 changes in 5 min, 3 alerts would have flapped in the last 7 days instead of 5. 41 fewer changes would have been held back.',
    );
    expect(client.inputsOf('conditions.previewFlapping').at(-1)).toMatchObject({
      flappingThreshold: 16,
    });
    client.script({ 'conditions.previewFlapping': () => ok(preview(FIVE, outcome(0, 0))) });
    await fireEvent.click(screen.getByLabelText('Detect flapping'));
    await wait(3);
    await screen.findByText(/^Without detection, 0 alerts .* instead of 5\. 82 fewer changes/);
  });

  it.each([
    [preview(outcome(0, 0), outcome(0, 0), 0), 'No alert changed in the last 7 days.'],
    [preview(FIVE, outcome(4, 82)), /instead of 5\. As many changes would have been held back\.$/],
    [preview(FIVE, outcome(9, 100)), /instead of 5\. 18 more changes would have been held back\.$/],
    [{ ...preview(FIVE, FIVE), isPartial: true }, /There is more history than was looked at/],
  ])('says %#', async (answer, words) => {
    const { wait } = await open(answer);
    await wait(1);
    await screen.findByText(words);
  });

  it('says that it could not be had', async () => {
    const { client, wait } = await open(preview(FIVE, FIVE));
    client.script({ 'conditions.previewFlapping': () => fail('internal', 'Something broke') });
    await wait(1);
    await screen.findByText('The last 7 days could not be previewed: Something broke');
  });
});
