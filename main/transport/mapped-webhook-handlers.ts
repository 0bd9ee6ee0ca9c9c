import { ok } from '../contract/result.ts';
import type { MappingService } from '../system/mapping-service.ts';
import type { Handlers } from './dispatch.ts';

type MappedHandlers = Pick<Handlers, Extract<keyof Handlers, `mappedWebhooks.${string}`>>;

/** The contract's methods about bodies with a shape of their own. */
export const mappedWebhookHandlers = (mappings: MappingService): MappedHandlers => ({
  'mappedWebhooks.list': () => ok({ items: mappings.list() }),
  'mappedWebhooks.create': (input, { actor }) => mappings.create(input, actor),
  'mappedWebhooks.update': (input, { actor }) => mappings.update(input, actor),
  'mappedWebhooks.delete': ({ id }, { actor }) => mappings.delete(id, actor),
  'mappedWebhooks.sample': ({ id }) => mappings.sample(id),
  'mappedWebhooks.preview': (input) => mappings.preview(input),
});
