import type { Clock } from '../../base/clock.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import type { NewId } from '../../base/ids.ts';
import type { Client, Unsubscribe } from '../../contract/client.ts';
import { CORES_MAX, LOCAL_CORE, type Core, type CoreInput } from '../../contract/desktop-core.ts';
import type { CoreTrial, CoreTrialInput, CoreUpdate } from '../../contract/desktop-core.ts';
import type { Input, MethodName, Output } from '../../contract/methods.ts';
import type { PushMessage } from '../../contract/push.ts';
import type { CoreReason } from '../../contract/reasons/core-reasons.ts';
import { ok, type Result } from '../../contract/result.ts';
import { refuse, refuseField } from '../../messages/failures.ts';
import type { IpcCores } from '../../transport/ipc.ts';
import { CoreWatch, type CoreState } from '../core-watch.ts';
import type { TrayCores } from '../tray-cores.ts';
import { factsOf, probeCertificate } from './certificate-probe.ts';
import type { CoreList, CoreListFile, SavedCore } from './core-list-file.ts';
import type { CoreTarget } from './core-request.ts';
import { tryCore } from './core-trial.ts';
import { RemoteCore } from './remote-core.ts';

/** Seals tokens at rest with the data directory's key; `open` throws if the key is another one. */
export interface SecretBox {
  seal(value: unknown, context: string): Buffer;
  open(sealed: Buffer, context: string): unknown;
}

/** The core within the desktop. */
export interface LocalCore extends Client {
  callUnchecked(name: MethodName, input: unknown): Promise<Result<unknown>>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface CoresOptions {
  readonly local: LocalCore;
  readonly file: CoreListFile;
  readonly box: SecretBox;
  /** True if the box opens what an earlier key has sealed. */
  readonly hasEarlierKeys: () => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: NewId;
  readonly logger: Logger;
  /** Follows a core elsewhere beside the list, until it is stopped or the core is removed. */
  readonly attach: (core: Attached) => Attachment;
}

/** A core elsewhere as what is attached to it knows it. */
export interface Attached {
  readonly link: Client;
  readonly about: () => { readonly id: string; readonly name: string };
}

export interface Attachment {
  stop(): Promise<void>;
  forget(): Promise<void>;
}

/** In a burst of changes listeners are called this often. */
const NOTIFY_EVERY_MS = 250;

/** A core elsewhere with what is known of it. */
export interface Elsewhere {
  readonly saved: SavedCore;
  readonly link: RemoteCore;
  readonly attachment: Attachment;
  /** The last one that was seen; null until the first. */
  readonly shown: CoreState | null;
}

/** The desktop's cores: the local one, which may be off, and those elsewhere. */
export class Cores implements IpcCores {
  readonly #options: CoresOptions;
  readonly #elsewhere = new Map<string, { -readonly [K in keyof Elsewhere]: Elsewhere[K] }>();
  readonly #listeners = new Set<() => void>();
  #notifying: Disposable | null = null;
  #isLocalOn: boolean;
  #localShown: CoreState | null = null;
  /** The reason why the saved list could not be read; null when it could. */
  readonly reason: CoreReason | null;

  constructor(options: CoresOptions) {
    this.#options = options;
    const { list, reason } = options.file.read(options.clock.now());
    this.reason = reason;
    this.#isLocalOn = list.isLocalOn || list.cores.length === 0;
    for (const saved of list.cores) this.#put(saved);
  }

  get isLocalOn(): boolean {
    return this.#isLocalOn;
  }

  /** Connects to the cores elsewhere. */
  start(): void {
    for (const { link } of this.#elsewhere.values()) link.start();
    if (!this.#options.hasEarlierKeys()) return;
    this.reseal().catch((error: unknown) => {
      // The earlier keys still open the tokens.
      this.#options.logger.log('warn', 'the tokens of cores keep their earlier key', {
        error: errorText(error),
      });
    });
  }

  /** Seals every token with the current key. Rejects if that cannot be saved. */
  async reseal(): Promise<void> {
    if (this.#elsewhere.size === 0) return;
    for (const core of this.#elsewhere.values()) {
      const target = this.#savedTarget(core.saved);
      if (target) core.saved = { ...core.saved, token: this.#sealed(core.saved.id, target) };
    }
    const saved = await this.#save({});
    if (!saved.ok) throw new Error(saved.error.message);
  }

  async stop(): Promise<void> {
    const attachments = this.elsewhere.map(({ attachment }) => attachment.stop());
    for (const { link } of this.#elsewhere.values()) link.stop();
    this.#notifying?.[Symbol.dispose]();
    await Promise.all(attachments);
  }

  /** Call when the machine woke from sleep. */
  wake(): void {
    for (const { link } of this.#elsewhere.values()) link.wake();
  }

  /** The cores elsewhere, in the order in which they were added. */
  get elsewhere(): readonly Elsewhere[] {
    return [...this.#elsewhere.values()];
  }

  /** The state that the local core showed last; null while it does not run. */
  get localShown(): CoreState | null {
    return this.#localShown;
  }

  /** Returns what the tray shows besides the local core. */
  forTray(): TrayCores {
    const elsewhere = this.elsewhere.map(({ saved: { id, name }, link, shown }) => ({
      id,
      name,
      connection: link.connection,
      shown,
    }));
    return { isLocalOn: this.#isLocalOn, elsewhere };
  }

  /** Takes what the local core shows; null while it does not run. */
  showLocal(shown: CoreState | null): void {
    this.#localShown = shown;
    this.#changed();
  }

  /** Returns a core to call; null if there is none of that id, or it is off. */
  find(id: string): Client | null {
    if (id === LOCAL_CORE) return this.#isLocalOn ? this.#options.local : null;
    return this.#elsewhere.get(id)?.link ?? null;
  }

  call<K extends MethodName>(name: K, input: Input<K>, id: string): Promise<Result<Output<K>>> {
    return this.callUnchecked(name, input, id) as Promise<Result<Output<K>>>;
  }

  /** As `call`, with an input that nobody has looked at yet. */
  callUnchecked(name: MethodName, input: unknown, id: string): Promise<Result<unknown>> {
    const link = this.#elsewhere.get(id)?.link;
    if (link) return link.callUnchecked(name, input);
    if (id === LOCAL_CORE && this.#isLocalOn) return this.#options.local.callUnchecked(name, input);
    const code = id === LOCAL_CORE ? 'core.off' : 'core.unknown';
    return Promise.resolve(refuse('unavailable', { code, params: {} }));
  }

  /** The core may be off or gone: then the one message is `lost`. */
  subscribe(listener: (message: PushMessage) => void, id: string): Unsubscribe {
    const core = this.find(id);
    if (core) return core.subscribe(listener);
    listener({ type: 'lost' });
    return () => undefined;
  }

  /** Returns every core as it is shown, the local one first. */
  list(): Core[] {
    return [this.#localView(), ...this.elsewhere.map((core) => this.#view(core))];
  }

  async try(input: CoreTrialInput): Promise<Result<CoreTrial>> {
    const target = await this.#targetOf(input);
    return target.ok ? ok(await tryCore(target.value, this.#options.clock)) : target;
  }

  async add(input: CoreInput): Promise<Result<Core>> {
    if (this.#elsewhere.size >= CORES_MAX) {
      return refuse('wrong_state', { code: 'core.too_many', params: { max: CORES_MAX } });
    }
    const target = await this.#targetOf(input);
    if (!target.ok) return target;
    return this.#keep(this.#options.newId(), input.name, target.value);
  }

  async update(input: CoreUpdate): Promise<Result<Core>> {
    const target = await this.#targetOf(input);
    return target.ok ? this.#keep(input.id, input.name, target.value) : target;
  }

  async remove(id: string): Promise<Result<Record<string, never>>> {
    const core = this.#elsewhere.get(id);
    if (!core) return refuse('not_found', { code: 'core.unknown', params: {} });
    if (!this.#isLocalOn && this.#elsewhere.size === 1) {
      return refuse('wrong_state', { code: 'core.last', params: {} });
    }
    const saved = await this.#save({ without: id });
    if (!saved.ok) return saved;
    core.link.stop();
    this.#elsewhere.delete(id);
    await core.attachment.forget();
    this.#changed();
    return ok({});
  }

  /** Starts the local core, or lets it drain and end. */
  async setLocal(isOn: boolean): Promise<Result<Record<string, never>>> {
    if (isOn === this.#isLocalOn) return ok({});
    if (!isOn && this.#elsewhere.size === 0) {
      return refuse('wrong_state', { code: 'core.last', params: {} });
    }
    const saved = await this.#save({ isLocalOn: isOn });
    if (!saved.ok) return saved;
    this.#isLocalOn = isOn;
    this.showLocal(null);
    const { local, logger } = this.#options;
    try {
      await (isOn ? local.start() : local.stop());
    } catch (error) {
      logger.log('error', 'the local core did not start', { error: errorText(error) });
      const params = { error: errorText(error) };
      return refuse('unavailable', { code: 'core.local_failed', params });
    }
    return ok({});
  }

  /** Calls a listener soon after each change of the list, of a connection or of what a core shows. */
  follow(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #changed(): void {
    this.#notifying ??= this.#options.clock.after(NOTIFY_EVERY_MS, () => {
      this.#notifying = null;
      for (const listener of this.#listeners) listener();
    });
  }

  #put(saved: SavedCore): void {
    const { clock, random, logger } = this.#options;
    const link = new RemoteCore({
      target: this.#savedTarget(saved),
      clock,
      random,
      logger,
      onState: () => this.#changed(),
    });
    const name = (): string => this.#elsewhere.get(saved.id)?.saved.name ?? saved.name;
    const about = () => ({ id: saved.id, name: name() });
    const attachment = this.#options.attach({ link, about });
    this.#elsewhere.set(saved.id, { saved, link, attachment, shown: null });
    new CoreWatch(link, clock, (shown) => {
      const core = this.#elsewhere.get(saved.id);
      if (!core) return;
      core.shown = shown;
      this.#changed();
    });
  }

  #sealed(id: string, { token }: CoreTarget): string {
    return this.#options.box.seal(token, contextOf(id)).toString('base64');
  }

  /** Null if its token cannot be opened. */
  #savedTarget({ id, url, token, certificate }: SavedCore): CoreTarget | null {
    try {
      const opened = this.#options.box.open(Buffer.from(token, 'base64'), contextOf(id));
      return { url, token: String(opened), certificate };
    } catch (error) {
      this.#options.logger.log('error', 'the token of a core cannot be opened', {
        core: id,
        error: errorText(error),
      });
      return null;
    }
  }

  /** Returns how an input reaches its core, with what is saved where it may be used. */
  async #targetOf(input: CoreTrialInput): Promise<Result<CoreTarget>> {
    const { id, url, certificate, fingerprint } = input;
    const known = id === undefined ? undefined : this.#elsewhere.get(id)?.saved;
    if (id !== undefined && !known)
      return refuse('not_found', { code: 'core.unknown', params: {} });
    // No other server may get the saved token.
    const saved = known?.url === url ? this.#savedTarget(known) : null;
    const token = input.token ?? saved?.token;
    if (token === undefined) {
      return refuseField('invalid_input', 'token', { code: 'issue.required', params: {} });
    }
    if (fingerprint !== undefined) {
      const shown = await probeCertificate(url, this.#options.clock);
      if (shown?.facts.fingerprint === fingerprint) {
        return ok({ url, token, certificate: shown.pem });
      }
      return refuse('wrong_state', { code: 'core.certificate_other', params: {} });
    }
    const pem = certificate === undefined ? (saved?.certificate ?? null) : certificate || null;
    if (pem !== null && !isCertificate(pem)) {
      return refuse('invalid_input', { code: 'core.certificate_unreadable', params: {} });
    }
    return ok({ url, token, certificate: pem });
  }

  async #keep(id: string, name: string, target: CoreTarget): Promise<Result<Core>> {
    const isTaken = this.elsewhere.some(
      ({ saved }) => saved.id !== id && saved.name.toLowerCase() === name.toLowerCase(),
    );
    if (isTaken) return refuse('name_taken', { code: 'core.name_taken', params: { name } });
    const { url, certificate } = target;
    const saved: SavedCore = { id, name, url, token: this.#sealed(id, target), certificate };
    const written = await this.#save({ with: saved });
    if (!written.ok) return written;
    const core = this.#elsewhere.get(id);
    if (core) {
      core.saved = saved;
      core.link.retarget(target);
    } else {
      this.#put(saved);
      this.#elsewhere.get(id)?.link.start();
    }
    this.#changed();
    return ok(this.#view(this.#elsewhere.get(id) as Elsewhere));
  }

  async #save(change: {
    readonly with?: SavedCore;
    readonly without?: string;
    readonly isLocalOn?: boolean;
  }): Promise<Result<null>> {
    const others = this.elsewhere.map(({ saved }) => saved);
    const added = change.with;
    const isKnown = others.some(({ id }) => id === added?.id);
    const list: CoreList = {
      version: 1,
      isLocalOn: change.isLocalOn ?? this.#isLocalOn,
      cores: [
        ...others
          .filter(({ id }) => id !== change.without)
          .map((saved) => (saved.id === added?.id ? added : saved)),
        ...(added && !isKnown ? [added] : []),
      ],
    };
    try {
      await this.#options.file.save(list);
      return ok(null);
    } catch (error) {
      const params = { error: errorText(error) };
      return refuse('unavailable', { code: 'core.list_unsaved', params });
    }
  }

  #localView(): Core {
    const shown = this.#localShown;
    const running = shown === null ? 'connecting' : 'connected';
    return {
      id: LOCAL_CORE,
      name: null,
      url: null,
      state: this.#isLocalOn ? running : 'off',
      reason: null,
      ...factsOfShown(shown),
      certificate: null,
    };
  }

  #view({ saved, link, shown }: Elsewhere): Core {
    const { id, name, url, certificate } = saved;
    return {
      id,
      name,
      url,
      ...link.connection,
      ...factsOfShown(shown),
      certificate: certificate === null ? null : factsOf(certificate),
    };
  }
}

const contextOf = (id: string): string => `core ${id}`;

function factsOfShown(shown: CoreState | null): Pick<Core, 'version' | 'alerts'> {
  if (shown === null) return { version: null, alerts: null };
  const { version, alerts } = shown.status;
  return { version, alerts: { open: alerts.open, worst: alerts.worst } };
}

function isCertificate(pem: string): boolean {
  try {
    factsOf(pem);
    return true;
  } catch {
    // X509Certificate has no other way to say so.
    return false;
  }
}
