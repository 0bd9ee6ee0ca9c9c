import { describe, expect, it } from 'vitest';
import type { Input, Output } from '../../../main/contract/methods.ts';
import { ok, type Result } from '../../../main/contract/result.ts';
import { LiveFeed } from '../../../renderer/live/live-feed.svelte.ts';
import {
  readLabels,
  RouteTrial,
  writeLabels,
} from '../../../renderer/routing/route-trial.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { uuid } from '../support/samples.ts';
import { settled } from '../support/settled.ts';

type Answer = Result<Output<'routes.preview'>>;
const notified = (channelName: string): Answer =>
  ok({
    routes: [],
    targets: [{ channelId: uuid(201), channelName, routeId: null, routeName: null }],
    escalation: [],
  });

/** A trial whose answers come when the test gives them, in any order. */
function slow() {
  const answers: ((answer: Answer) => void)[] = [];
  const asked: Input<'routes.preview'>[] = [];
  const client = new FakeClient({
    'routes.preview': (input) => {
      asked.push(input);
      return new Promise<Answer>((resolve) => answers.push(resolve));
    },
  });
  const feed = new LiveFeed(client);
  feed.start();
  const trial = new RouteTrial(client, feed);
  trial.open();
  const answer = async (index: number, result: Answer): Promise<void> => {
    answers[index]?.(result);
    await settled();
  };
  return {
    trial,
    client,
    asked,
    answer,
    names: () => trial.outcome?.targets.map((to) => to.channelName),
  };
}

describe('labels as text', () => {
  it.each([
    {},
    { team: 'infra', rack: 'a=b' },
    { text: 'two\nlines', quoted: '"so"', padded: ' x ', path: 'C:\\new', none: '' },
  ])('are read back as they were: %o', (labels) => {
    expect(readLabels(writeLabels(labels))).toEqual(labels);
  });
});

describe('RouteTrial', () => {
  it('asks again when routes change while it is being answered', async () => {
    const { trial, client, answer, names } = slow();
    void trial.ask();
    client.push({ entity: 'routes' });
    await answer(0, notified('as it was'));
    await answer(1, notified('as it is'));
    expect(names()).toEqual(['as it is']);
  });

  it('asks what was typed last, also while something else is being answered', async () => {
    const { trial, asked, answer, names } = slow();
    void trial.ask();
    trial.draft.set('host', 'nas');
    void trial.ask();
    await answer(1, notified('of nas'));
    await answer(0, notified('of any'));
    expect(asked.map(({ host }) => host)).toEqual(['', 'nas']);
    expect(names()).toEqual(['of nas']);
  });

  it('asks nothing before somebody has', () => {
    const { client, asked } = slow();
    client.push({ entity: 'routes' });
    client.hello('second', 9);
    expect(asked).toEqual([]);
  });
});
