import type { ConfigExchange } from '../system/exchange/exchange-service.ts';
import type { Handlers } from './dispatch.ts';

type ConfigHandlers = Pick<Handlers, 'config.export' | 'config.preview' | 'config.apply'>;

/** The contract's methods about the configuration as a file. */
export const configHandlers = (exchange: ConfigExchange): ConfigHandlers => ({
  'config.export': (input, { actor }) => exchange.export(input, actor),
  'config.preview': (input, { actor }) => exchange.preview(input, actor),
  'config.apply': (input, { actor }) => exchange.apply(input, actor),
});
