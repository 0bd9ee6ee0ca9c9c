import type { Result } from '../../main/contract/result.ts';
import type { Status } from '../../main/contract/system.ts';
import type { SessionApi, WindowClient } from '../client/window-client.ts';

/** `checking` until the host has answered once; `out` when it wants a sign-in; `in` otherwise. */
export type SessionPhase = 'checking' | 'in' | 'out';

/** Knows whether this window is signed in. On the desktop it always is. */
export class Session {
  readonly #client: WindowClient;
  #onChange: (phase: SessionPhase, status: Status | null) => void = () => undefined;
  #phase = $state<SessionPhase>('checking');
  #problem = $state<string | null>(null);
  #loginCommand = $state<string | null>();
  #redeeming = false;
  #signIns = 0;

  constructor(client: WindowClient) {
    this.#client = client;
    client.session?.onUnauthenticated(() => this.#enter('out'));
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  /** The reason why the last sign-in failed, for people; null when it did not. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The command that makes a sign-in link; null if only the desktop's window does, undefined until it is known. */
  get loginCommand(): string | null | undefined {
    return this.#loginCommand;
  }

  get canSignOut(): boolean {
    return this.#client.session !== null;
  }

  /** Sets the function to call at every change of phase, with the status if that is what the host answered. */
  onChange(listener: (phase: SessionPhase, status: Status | null) => void): void {
    this.#onChange = listener;
  }

  /** Makes one cheap request, unless a sign-in is under way; any answer but "sign in first" opens the views. */
  async check(): Promise<void> {
    if (this.#redeeming) return;
    if (!this.#client.session) {
      this.#enter('in');
      return;
    }
    const before = this.#signIns;
    const answer = await this.#client.call('system.status', {});
    // An answer to a request from before a sign-in says nothing about the time after it.
    if (before !== this.#signIns) return;
    if (answer.ok) this.#enter('in', answer.value);
    else this.#enter(answer.error.code === 'unauthenticated' ? 'out' : 'in');
  }

  /** Spends a one-time code. A spent one leaves a window that is already signed in as it is. */
  redeem(code: string): Promise<void> {
    return this.#signIn((api) => api.redeem(code));
  }

  /** Signs in as a display, with a token that may only read. */
  display(token: string): Promise<void> {
    return this.#signIn((api) => api.display(token));
  }

  async #signIn(way: (api: SessionApi) => Promise<Result<void>>): Promise<void> {
    const api = this.#client.session;
    if (!api || this.#redeeming) return;
    this.#redeeming = true;
    this.#problem = null;
    const result = await way(api);
    this.#redeeming = false;
    if (result.ok) {
      this.#signIns += 1;
      this.#enter('in');
      return;
    }
    this.#problem = result.error.message;
    await this.check();
  }

  /** Returns why it failed, or null. */
  async signOut(): Promise<string | null> {
    const answer = await this.#client.session?.end();
    if (answer && !answer.ok && answer.error.code !== 'unauthenticated') {
      return answer.error.message;
    }
    this.#problem = null;
    this.#enter('out');
    return null;
  }

  async #askForCommand(): Promise<void> {
    const command = await this.#client.session?.loginCommand();
    if (command?.ok) this.#loginCommand = command.value;
  }

  #enter(phase: SessionPhase, status: Status | null = null): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    if (phase === 'out') void this.#askForCommand();
    this.#onChange(phase, status);
  }
}
