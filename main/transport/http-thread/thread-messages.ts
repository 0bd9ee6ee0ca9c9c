import type { LogFields, LogLevel } from '../../base/logger.ts';
import type { Language } from '../../contract/language.ts';
import type { Settings } from '../../contract/settings.ts';
import type { PushMessage } from '../../contract/push.ts';
import type { HttpReason } from '../../contract/reasons/host-reasons.ts';
import type { Result } from '../../contract/result.ts';
import type { IngestReading, IngestRequest } from '../../ingest/adapter.ts';
import type { CredentialCopy, UsedCredential } from '../../system/access/known-credentials.ts';
import type { Authentication } from '../../system/access/token-auth.ts';
import type { Rejection } from '../../system/rejected-input-service.ts';
import type { Dispatch } from '../dispatch.ts';
import type { ActionPort } from '../http/action-routes.ts';
import type { AlertmanagerApi } from '../http/alertmanager/alertmanager-api.ts';
import type { IngestPort } from '../http/ingest-routes.ts';
import type { HttpOptions } from '../http/options.ts';
import type { PingPort } from '../http/ping-routes.ts';
import type { ReportPort } from '../item-ingest.ts';
import type { MailPort } from '../mail/mail-server.ts';

/** The messages between the core and the thread of its HTTP server. */

/**
 * The facts that the thread must know before a request is read, as they are now. Holds digests
 * of secrets, never one itself.
 */
export interface ThreadState {
  readonly credentials: CredentialCopy;
  readonly resolveTimeoutMs: number;
  /** Of the settings, with the BCP 47 tag of the region. */
  readonly language: Language;
  readonly locale: string;
  readonly mail: Settings['mail'];
  readonly mailRules: ReturnType<MailPort['rules']>;
  readonly mailMarks: ReturnType<MailPort['ownMarks']>;
}

/** The options that the server is made with. */
export interface ThreadOptions {
  readonly http: HttpOptions;
  readonly dataDir: string;
  readonly version: string;
  readonly state: ThreadState;
}

/** A request for JSON: its body is base64. */
export type WrittenRequest = Omit<IngestRequest, 'raw'> & { readonly raw: string };

/** The calls that the thread may make to the core. Arguments and answers are JSON. */
export interface CoreCalls {
  readonly dispatch: Dispatch;
  readonly storeEvents: ReportPort['storeEvents'];
  readonly storeJobs: ReportPort['storeJobs'];
  readonly store: IngestPort['store'];
  readonly withdraw: IngestPort['withdraw'];
  readonly rejected: (
    rejection: Omit<Rejection, 'request'> & { readonly request: WrittenRequest },
  ) => void;
  readonly readMapped: (
    request: WrittenRequest,
    context: { readonly now: number; readonly source: string },
  ) => Promise<Result<IngestReading>>;
  readonly alertmanager: AlertmanagerApi;
  readonly knowsPing: PingPort['knows'];
  readonly ping: PingPort['ping'];
  readonly pingOrCreate: PingPort['pingOrCreate'];
  readonly lookAtLink: ActionPort['look'];
  readonly followLink: ActionPort['act'];
  readonly mailBecame: MailPort['became'];
  readonly mailReceived: MailPort['received'];
  readonly metrics: () => Promise<string>;
  readonly isReady: () => boolean | Promise<boolean>;
  readonly redeem: Authentication['redeem'];
  readonly endSession: Authentication['endSession'];
  readonly used: (used: UsedCredential) => void;
}

export type ToCore =
  | { readonly type: 'listening'; readonly url: string }
  /** It cannot listen; the thread ends. */
  | { readonly type: 'failed'; readonly reason: HttpReason }
  | { readonly type: 'calls'; readonly text: string }
  | { readonly type: 'subscribe'; readonly id: number }
  | { readonly type: 'unsubscribe'; readonly id: number }
  /** The bytes that a subscriber has not taken yet, when that changed. */
  | { readonly type: 'buffered'; readonly id: number; readonly bytes: number }
  | {
      readonly type: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: LogFields;
    }
  /** Every request is answered, and every connection closed. */
  | { readonly type: 'stopped' };

export type ToThread =
  | { readonly type: 'start'; readonly options: ThreadOptions }
  | { readonly type: 'answers'; readonly text: string }
  /** Comes before the answer to whoever changed it. */
  | { readonly type: 'state'; readonly state: ThreadState }
  | { readonly type: 'push'; readonly ids: readonly number[]; readonly message: PushMessage }
  | { readonly type: 'stop' };
