import type { AlertmanagerView } from './alertmanager-view.ts';
import { NOBODY } from './groups.ts';

/** The Alertmanager whose API this is; tools choose by it how to speak. */
const SPOKEN_VERSION = '0.25.0';

/** The channels by name, and who stands for none. */
export const receiverNames = ({ channels }: AlertmanagerView): string[] => [
  ...channels.all().map(({ name }) => name),
  NOBODY,
];

/**
 * Routes and receivers in the words of Alertmanager's configuration, for tools that read it from there:
 * YAML, of which JSON is a part. Everything else about channels is nobody's business.
 */
function configuration(port: AlertmanagerView): string {
  const names = new Map(port.channels.all().map(({ id, name }) => [id, name]));
  const receiver = (id: string): string => names.get(id) ?? NOBODY;
  const routes = port.routes.list().filter(({ enabled }) => enabled);
  const each = (ids: readonly string[]) =>
    ids.map((id) => ({ receiver: receiver(id), continue: true }));
  const tree =
    routes.length === 0
      ? each([...names.keys()])
      : routes.map(({ matchers, channelIds, continue: goesOn, group }) => ({
          receiver: NOBODY,
          matchers,
          continue: goesOn,
          ...(group === null ? {} : { group_by: group.by }),
          routes: each(channelIds),
        }));
  return JSON.stringify(
    {
      route: { receiver: NOBODY, routes: tree },
      receivers: receiverNames(port).map((name) => ({ name })),
    },
    null,
    2,
  );
}

/** `alertmanagerStatus` of the API. `version` is Belfry's own. */
export const statusOf = (port: AlertmanagerView, version: string) => ({
  cluster: { peers: [], status: 'disabled' },
  config: { original: configuration(port) },
  uptime: new Date(port.startedAt).toISOString(),
  versionInfo: {
    branch: 'belfry',
    buildDate: '',
    buildUser: 'belfry',
    goVersion: '',
    revision: version,
    version: SPOKEN_VERSION,
  },
});
