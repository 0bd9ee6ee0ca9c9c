import type { ChannelAdapter } from '../../main/channels/channel-adapter.ts';
import { createHttpClient, type HttpClient } from '../../main/channels/http-client.ts';
import {
  HttpReceiver,
  silence,
  status,
  type ReceivedRequest,
  type Respond,
} from '../support/http-receiver.ts';
import type { FakeService } from './channel-case.ts';

export interface HttpFake {
  /** For services that have one address only, `url` is the fake's in its place. */
  adapter(send: HttpClient, url: string): ChannelAdapter<unknown>;
  /** A configuration that leads to the fake, which listens at `url`. */
  config(url: string): Record<string, unknown>;
  readonly secrets: readonly string[];
  /** The service's answer to a request that it takes. */
  readonly success: Respond;
  /** How it fails, by the names of the case's failures. */
  readonly failures: Readonly<Record<string, Respond>>;
}

/** The protocol's own; everything else is an adapter's choice. */
const NOT_OURS = new Set(['host', 'connection', 'content-length']);

const shown = ({ method, path, headers, body }: ReceivedRequest): string => {
  const ours = Object.entries(headers).filter(([name]) => !NOT_OURS.has(name));
  const lines = ours.map(([name, value]) => `${name}: ${String(value)}`);
  return [`${method} ${path}`, ...lines, '', body].join('\n');
};

/** A refusal that quotes the request whole, as the debug pages of some services do. */
const echo: Respond = (response, request) => {
  response.writeHead(400, { 'content-type': 'text/plain' }).end(`I was sent ${shown(request)}`);
};

/** A service that is spoken to over HTTP. */
export async function httpFake(fake: HttpFake): Promise<FakeService> {
  const receiver = await HttpReceiver.start();
  const client = createHttpClient({ log: () => undefined });
  const { url } = receiver;
  const { host, hostname } = new URL(url);
  const scripts: Readonly<Record<string, Respond>> = { ...fake.failures, echo, silence };
  const play = (script: string | null): void => {
    const respond = script === null ? fake.success : scripts[script];
    if (!respond) throw new Error(`The fake knows no script ${String(script)}`);
    receiver.respond = respond;
  };
  play(null);
  return {
    adapter: fake.adapter(client.send, url),
    config: fake.config(url),
    secrets: fake.secrets,
    received: () =>
      receiver.received.map((request) => shown(request).replaceAll(host, `${hostname}:PORT`)),
    play,
    async [Symbol.asyncDispose]() {
      await receiver[Symbol.asyncDispose]();
      await client.close();
    },
  };
}

/** An answer in JSON. */
export const json = (code: number, body: unknown, headers: Record<string, string> = {}): Respond =>
  status(code, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));

/** Of a message that was received, its body. */
export const bodyOf = (received: string): string => received.slice(received.indexOf('\n\n') + 2);
