import type { Output, ParsedInput } from '../contract/methods.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Messages } from '../messages/messages.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { Writer } from '../store/writer.ts';
import type { RouteService } from './rules/route-service.ts';

export interface ChannelDeletionDeps {
  readonly channels: Pick<ChannelService, 'all' | 'get' | 'collection'>;
  readonly routes: Pick<RouteService, 'routesTo' | 'detachIn'>;
  readonly writer: Writer;
  readonly messages: () => Messages;
}

/** Deletes channels, but none that something leads to unless it is asked to detach it. */
export class ChannelDeletion {
  readonly #deps: ChannelDeletionDeps;

  constructor(deps: ChannelDeletionDeps) {
    this.#deps = deps;
  }

  delete(
    { id, detach }: ParsedInput<'channels.delete'>,
    actor: string,
  ): Promise<Result<Output<'channels.delete'>>> {
    const { channels, routes, writer, messages } = this.#deps;
    return writer.submit((unit) => {
      const channel = channels.get(id);
      if (!channel) return channels.collection.missing();
      const needed = this.#neededBy(id);
      if (needed.length > 0 && !detach) {
        const users = needed.map((user) => messages().text('refusal.channelUser', user)).join(', ');
        const names = { channel: channel.name, users };
        return fail('wrong_state', messages().text('refusal.channelNeeded', names), needed);
      }
      routes.detachIn(unit, id, actor);
      const deleted = channels.collection.deleteIn(unit, id, actor);
      return deleted.ok ? ok({ cancelled: 0, ...deleted.value }) : deleted;
    });
  }

  #neededBy(id: string) {
    const { channels, routes } = this.#deps;
    return [
      ...routes.routesTo(id).map((route) => {
        return { kind: 'route', id: route.id, name: route.name };
      }),
      ...channels
        .all()
        .filter(({ fallbackChannelId }) => fallbackChannelId === id)
        .map(({ id: from, name }) => {
          return { kind: 'fallback', id: from, name };
        }),
    ];
  }
}
