import type { MqttConfig } from '../contract/channel-kinds/mqtt-config.ts';
import type { ShownConditions } from './channel-adapter.ts';
import { MqttLink } from './mqtt-link.ts';

/** One link a channel, kept between messages. */
export class MqttLinks {
  readonly #links = new Map<string, MqttLink>();
  /** What the links of channels that are attached show. */
  readonly #shown = new Map<string, ShownConditions>();

  async attach(channelId: string, config: MqttConfig, shown: ShownConditions): Promise<void> {
    this.#shown.set(channelId, shown);
    await this.use(channelId, config);
  }

  /** The channel's link as it is; null without one. */
  get(channelId: string): MqttLink | null {
    return this.#links.get(channelId) ?? null;
  }

  /** The channel's link if it is of use, else a new one in its place. Rejects with what MqttLink throws. */
  async use(channelId: string, config: MqttConfig): Promise<MqttLink> {
    const kept = this.#links.get(channelId);
    const isSame = JSON.stringify(kept?.config) === JSON.stringify(config);
    return kept?.isUsable === true && isSame ? kept : this.#replaced(channelId, config);
  }

  async #replaced(channelId: string, config: MqttConfig): Promise<MqttLink> {
    const before = this.#links.get(channelId);
    this.#links.delete(channelId);
    try {
      const link = new MqttLink(config, channelId, this.#shown.get(channelId) ?? null);
      this.#links.set(channelId, link);
      return link;
    } finally {
      await before?.end();
    }
  }

  /** Hangs up and begins anew; null when the channel has another link by now, or none any more. */
  async renew(channelId: string, link: MqttLink): Promise<MqttLink | null> {
    return this.#links.get(channelId) === link ? this.#replaced(channelId, link.config) : null;
  }

  async end(channelId: string): Promise<void> {
    const link = this.#links.get(channelId);
    this.#links.delete(channelId);
    this.#shown.delete(channelId);
    await link?.end();
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#links.keys()].map((id) => this.end(id)));
  }
}
