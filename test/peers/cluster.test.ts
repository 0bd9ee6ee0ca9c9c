/** @module-tag slow */
import { expect, test, vi } from 'vitest';
import { HttpReceiver } from '../support/http-receiver.ts';
import { ClusterLab, CORES, FAILOVER, type CoreName } from './cluster-lab.ts';

/** The answer to a post that a sender is to repeat. */
const REFUSED = { status: 503, retryAfter: expect.stringMatching(/^\d+$/) as string };
const SOON = { timeout: 20_000, interval: 50 };

/** Waits until the cores have the same rows in every table. */
const databasesBecomeEqual = (lab: ClusterLab, cores = CORES): Promise<void> =>
  vi.waitFor(() => {
    const [first, ...others] = cores.map((name) => lab.digests(name));
    for (const other of others) expect(other).toEqual(first);
  }, SOON);

const kindsBecome = (lab: ClusterLab, kinds: Iterable<string>, cores = CORES): Promise<void> =>
  vi.waitFor(() => {
    for (const name of cores) {
      expect(lab.kinds(name), name).toEqual(new Set(kinds));
    }
  }, SOON);

test('an event that is posted to any core is in every database, and each answers for all', async () => {
  await using lab = await ClusterLab.start();
  for (const name of CORES) {
    expect(await lab.post(name, `to-${name}`)).toMatchObject({ status: 200 });
  }
  await kindsBecome(lab, ['to-a', 'to-b', 'to-c']);
  await databasesBecomeEqual(lab);
  for (const name of CORES) {
    const page = await lab.fetch(name, '/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Belfry</title>');
    const alerts = (await (await lab.fetch(name, '/api/v1/alerts')).json()) as {
      items: { kind: string }[];
    };
    expect(alerts.items.map(({ kind }) => kind).toSorted()).toEqual(['to-a', 'to-b', 'to-c']);
  }
});

/** Returns the kinds that a receiver was notified of, each as often as it was. */
const notifiedKinds = (receiver: HttpReceiver): string[] =>
  receiver
    .webhooks()
    .flatMap(({ data }) =>
      (data.alerts ?? [data['alert'] as { kind: string }]).map((it) => it.kind),
    );

/** Returns how often each message arrived that arrived more than once. */
function repeated(receiver: HttpReceiver): number[] {
  const counts = new Map<string, number>();
  for (const { data } of receiver.webhooks()) {
    counts.set(data.notificationId, (counts.get(data.notificationId) ?? 0) + 1);
  }
  return [...counts.values()].filter((count) => count > 1);
}

test('when the leader is killed another core leads, and nothing that was accepted is lost', async () => {
  await using receiver = await HttpReceiver.start();
  await using lab = await ClusterLab.start();
  const leader = await lab.leads();
  await lab.addWebhook('b', receiver.url);
  const accepted: string[] = [];
  const posted: string[] = [];
  const post = async (n: number): Promise<void> => {
    const kind = `event_${n}`;
    posted.push(kind);
    const answer = await lab.post(CORES[n % CORES.length] ?? 'a', kind);
    if (answer?.status === 200) accepted.push(kind);
    else if (answer) expect(answer).toEqual(REFUSED);
  };
  for (let n = 0; n < 20; n += 1) await post(n);
  expect(accepted).toHaveLength(20);
  const killed = lab.kill(leader);
  for (let n = 20; n < 30; n += 1) await post(n);
  await killed;
  const survivors = CORES.filter((name) => name !== leader);
  const next = survivors[0] as CoreName;
  await lab.postUntilTaken('afterwards', next);
  accepted.push('afterwards');
  expect(survivors).toContain(await lab.leads(leader));
  for (const name of survivors) await lab.answers(name);
  for (let n = 30; n < 45; n += 1) await post(n);
  // All but those at the killed core.
  expect(accepted.length).toBeGreaterThanOrEqual(31);
  await vi.waitFor(() => {
    for (const name of survivors) {
      const kinds = lab.kinds(name);
      expect(accepted.filter((kind) => !kinds.has(kind))).toEqual([]);
    }
  }, SOON);
  await lab.startCore(leader);
  await lab.answers(leader);
  await vi.waitFor(() => {
    const unsettled =
      "SELECT id FROM notifications WHERE status IN ('pending', 'sending', 'failed')";
    expect(lab.values(next, unsettled)).toEqual([]);
  }, SOON);
  await databasesBecomeEqual(lab);
  // An event that nobody answered for may be there nevertheless; nothing else is.
  expect(posted.concat('afterwards')).toEqual(expect.arrayContaining([...lab.kinds(leader)]));
  const notified = notifiedKinds(receiver);
  expect(accepted.filter((kind) => !notified.includes(kind))).toEqual([]);
  // One message is in flight at a time.
  expect(repeated(receiver).length).toBeLessThanOrEqual(1);
});

test('a server of NATS may die and come back', async () => {
  await using lab = await ClusterLab.start();
  const accepted = ['before'];
  await lab.postUntilTaken('before', 'a');
  for (const index of [0, 1]) {
    await lab.nats.kill(index);
    for (const name of CORES) {
      await lab.postUntilTaken(`without_${index}_${name}`, name);
      accepted.push(`without_${index}_${name}`);
    }
    await kindsBecome(lab, accepted);
    await lab.nats.restart(index);
  }
  await databasesBecomeEqual(lab);
});

test('without NATS nothing is accepted, and all goes on once it is back', async () => {
  await using lab = await ClusterLab.start();
  await lab.postUntilTaken('before', 'a');
  await lab.nats.killAll();
  for (const name of CORES) {
    await vi.waitFor(async () => {
      expect(await lab.post(name, `refused_${name}`)).toEqual(REFUSED);
    }, FAILOVER);
  }
  for (const name of CORES) expect(lab.kinds(name)).toEqual(new Set(['before']));
  await lab.nats.restartAll();
  for (const name of CORES) await lab.postUntilTaken(`after_${name}`, name);
  await kindsBecome(lab, ['before', 'after_a', 'after_b', 'after_c']);
  await databasesBecomeEqual(lab);
});

test('an entry of which the leader left only a part keeps nobody from leading', async () => {
  await using lab = await ClusterLab.start();
  await lab.postUntilTaken('before', 'a');
  await kindsBecome(lab, ['before']);
  const leader = await lab.leads();
  await lab.kill(leader);
  await lab.leavePart();
  const next = CORES.find((name) => name !== leader) ?? 'a';
  await lab.postUntilTaken('after', next);
  const survivors = CORES.filter((name) => name !== leader);
  await kindsBecome(lab, ['before', 'after'], survivors);
  await databasesBecomeEqual(lab, survivors);
});

test('the core that led answers reads while the log is out of reach, and says so', async () => {
  await using lab = await ClusterLab.start();
  await lab.postUntilTaken('before', 'a');
  const leader = await lab.leads();
  await lab.nats.killAll();
  await vi.waitFor(async () => {
    const response = await lab.fetch(leader, '/api/v1/status');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      cluster: { core: leader, inReach: false },
      storage: { writable: false, reason: { code: 'storage.deposed' } },
    });
  }, FAILOVER);
  expect(await lab.post(leader, 'refused')).toEqual(REFUSED);
  const alerts = await lab.fetch(leader, '/api/v1/alerts');
  expect(await alerts.json()).toMatchObject({ items: [{ kind: 'before' }] });
  await lab.nats.restartAll();
  await lab.postUntilTaken('after', leader);
  await kindsBecome(lab, ['before', 'after']);
  await databasesBecomeEqual(lab);
});

test('the cores say which of them are there, who leads, and who is gone', async () => {
  await using lab = await ClusterLab.start();
  await lab.postUntilTaken('before', 'a');
  const leader = await lab.leads();
  const [gone, other] = CORES.filter((name) => name !== leader) as [CoreName, CoreName];
  const states = async (): Promise<Record<string, string>> => {
    const response = await lab.fetch(other, '/api/v1/status');
    const { cluster } = (await response.json()) as {
      cluster: { cores: { core: string; state: string }[] };
    };
    return Object.fromEntries(cluster.cores.map(({ core, state }) => [core, state]));
  };
  await vi.waitFor(async () => {
    expect(await states()).toEqual({
      [leader]: 'leading',
      [gone]: 'following',
      [other]: 'following',
    });
  }, FAILOVER);
  await lab.kill(gone);
  await vi.waitFor(async () => {
    expect(await states()).toMatchObject({ [leader]: 'leading', [gone]: 'missing' });
  }, FAILOVER);
});

test('a core whose database is damaged or gone fetches it from the cluster', async () => {
  await using lab = await ClusterLab.start();
  for (let n = 0; n < 20; n += 1) await lab.postUntilTaken(`event_${n}`, 'a');
  await databasesBecomeEqual(lab);
  const leader = await lab.leads();
  const [damaged, gone] = CORES.filter((name) => name !== leader) as [CoreName, CoreName];
  for (const name of [damaged, gone]) await lab.kill(name);
  lab.overwrite(damaged);
  lab.remove(gone);
  await lab.postUntilTaken('meanwhile', leader);
  for (const name of [damaged, gone]) {
    await lab.startCore(name);
    await lab.answers(name);
  }
  await databasesBecomeEqual(lab);
  expect(lab.kinds(gone).size).toBe(21);
});

test('when the servers have lost everything, the cores go on with what they have', async () => {
  await using lab = await ClusterLab.start();
  await lab.postUntilTaken('before', 'a');
  await kindsBecome(lab, ['before']);
  const leader = await lab.leads();
  const behind = CORES.find((name) => name !== leader) as CoreName;
  await lab.kill(behind);
  await lab.postUntilTaken('without_it', leader);
  await kindsBecome(
    lab,
    ['before', 'without_it'],
    CORES.filter((name) => name !== behind),
  );
  await lab.nats.killAll();
  for (const index of [0, 1, 2]) lab.nats.wipe(index);
  await lab.startCore(behind);
  await lab.nats.restartAll();
  await lab.postUntilTaken('after', behind);
  await kindsBecome(lab, ['before', 'without_it', 'after']);
  await databasesBecomeEqual(lab);
});
