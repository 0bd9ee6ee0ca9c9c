/** The command that makes a sign-in link, for a person at the machine of the instance. */
export interface LoginCommand {
  readonly plain: string;
  /** With the data directory, unless it is the usual one: only for who may know it. */
  readonly here: string;
}

/** How the HTTP server listens and what it serves. */
export interface HttpOptions {
  /** The address to bind; 127.0.0.1 unless the user asked for more. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Host names that may reach the window besides IP literals, localhost and the machine's own names. */
  readonly allowedHosts: readonly string[];
  /** The built window. */
  readonly rendererDir: string;
  /** Null where no command makes a sign-in link, but the desktop's own window. */
  readonly login: LoginCommand | null;
}
