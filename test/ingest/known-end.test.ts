/** @module-tag slow */
import { expect, test } from 'vitest';
import { jsonPost, type WireRequest } from './ingest-case.ts';
import { IngestLab } from './ingest-lab.ts';

const AT = Date.UTC(2026, 10, 25, 12);
const at = (agoSeconds: number): Date => new Date(AT - agoSeconds * 1_000);
const iso = (agoSeconds: number): string => at(agoSeconds).toISOString();

interface Sender {
  readonly fires: (ago: number) => WireRequest;
  /** Began that many seconds ago, and ended. */
  readonly ends: (began: number, ago: number) => WireRequest;
}

const group = (url: string): Sender => {
  const post = (status: string, startsAt: string, endsAt: string) =>
    jsonPost(url, {
      version: '4',
      status,
      alerts: [{ status, labels: { alertname: 'DiskFull', host: 'nas' }, startsAt, endsAt }],
    });
  return {
    fires: (ago) => post('firing', iso(ago), '0001-01-01T00:00:00Z'),
    ends: (began, ago) => post('resolved', iso(began), iso(ago)),
  };
};

const kuma = (status: number, ago: number) =>
  jsonPost('/ingest/uptime-kuma', {
    heartbeat: { status, time: iso(ago).replace('T', ' ').replace('Z', ''), msg: 'refused' },
    monitor: { id: 7, name: 'nas', hostname: 'nas', type: 'port' },
    msg: 'refused',
  });

const proxmox = (severity: string, ago: number) =>
  jsonPost('/ingest/proxmox', {
    title: 'Backup',
    message: 'of guest 100',
    severity,
    timestamp: at(ago).getTime() / 1_000,
    fields: { type: 'vzdump', hostname: 'pve', 'job-id': 'nightly' },
  });

const labels = { alertname: 'DiskFull', host: 'nas' };
const v2 = (alert: object) => jsonPost('/api/v2/alerts', [{ labels, ...alert }]);

const SENDERS: Record<string, Sender> = {
  "Alertmanager's webhook": group('/ingest/alertmanager'),
  Grafana: group('/ingest/grafana'),
  'Uptime Kuma': { fires: (ago) => kuma(0, ago), ends: (_began, ago) => kuma(1, ago) },
  Proxmox: {
    fires: (ago) => proxmox('error', ago),
    ends: (_began, ago) => proxmox('info', ago),
  },
  "Alertmanager's API without an end": {
    fires: (ago) => v2({ startsAt: iso(ago) }),
    ends: (began, ago) => v2({ startsAt: iso(began), endsAt: iso(ago) }),
  },
};

const alerts = (lab: IngestLab): string[] =>
  lab.fixture.db.values<string>('SELECT state FROM alerts ORDER BY seq');

test.each(Object.entries(SENDERS))(
  'a firing of %s that is older than the known end opens nothing, in any order',
  async (_name, { fires, ends }) => {
    for (const requests of [
      [fires(60), ends(60, 30), fires(60)],
      [ends(60, 30), fires(60)],
      [fires(60), ends(60, 30), fires(60), fires(45), ends(60, 30)],
    ]) {
      await using lab = await IngestLab.start();
      lab.setTime(iso(0));
      const token = await lab.newToken('ingest');
      for (const request of requests) expect((await lab.send(request, token)).status).toBe(200);
      expect(alerts(lab).filter((state) => state !== 'resolved')).toEqual([]);
      expect(alerts(lab).length).toBeLessThanOrEqual(1);
      expect((await lab.send(fires(20), token)).status).toBe(200);
      expect(alerts(lab).at(-1)).toBe('open');
    }
  },
);

test("a firing of Alertmanager's API with an end in the future fires now, whenever it began", async () => {
  await using lab = await IngestLab.start();
  lab.setTime(iso(0));
  const token = await lab.newToken('ingest');
  const fires = v2({ startsAt: iso(60), endsAt: iso(-240) });
  const ends = v2({ startsAt: iso(60), endsAt: iso(30) });
  for (const request of [fires, ends, fires, ends]) await lab.send(request, token);
  expect(alerts(lab)).toEqual(['resolved', 'open']);
});
