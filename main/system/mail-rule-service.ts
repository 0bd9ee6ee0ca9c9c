import { redactedText } from '../base/credentials.ts';
import { errorText, type Logger } from '../base/logger.ts';
import { Collection, type CollectionDeps } from '../collections/collection.ts';
import { Mirror } from '../collections/mirror.ts';
import { LIMITS } from '../contract/limits.ts';
import type {
  MailPreview,
  MailRuleFields,
  MailSample,
  OwnMailRule,
  ReceivedMail,
} from '../contract/mail-rule.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import { ok, type Result } from '../contract/result.ts';
import { boundedLog } from '../domain/bounded-text.ts';
import type { InboundMessage } from '../domain/inbound-message.ts';
import type { MailRule } from '../ingest/mail/mail-rules.ts';
import { mailRuleOf, mailRuleProblem, readByRule } from '../ingest/mail/own-rules.ts';
import { refuseField } from '../messages/failures.ts';
import { previewedEventOf } from './previewed-event.ts';
import type { MailRuleTable } from '../store/rule-tables.ts';

export interface MailRuleServiceDeps extends CollectionDeps {
  readonly rows: MailRuleTable;
  readonly logger: Logger;
}

/** Of the text of a mail that is kept. */
const TEXT_CHARS_MAX = 16_384;
/** More mails than are kept need not wait to be written. */
const WAITING_MAX = 20;

/** Rules for mails that no known program sent, kept in memory, and the last mails, to try them on. */
export class MailRuleService {
  readonly collection;
  readonly #deps: MailRuleServiceDeps;
  readonly #rules;
  #waiting: ReceivedMail[] = [];
  #isWriting = false;

  constructor(deps: MailRuleServiceDeps) {
    const { rows } = deps;
    this.#deps = deps;
    this.#rules = new Mirror<readonly MailRule[]>(() => rows.all().map(mailRuleOf));
    this.collection = new Collection<
      OwnMailRule,
      ParsedInput<'mailRules.create'>,
      ParsedInput<'mailRules.update'>,
      OwnMailRule
    >(deps, {
      rows,
      audit: 'mail_rule',
      max: LIMITS.mailRulesMax,
      uniqueNames: true,
      reason: ({ name }) => ({ code: 'audit.named', params: { name } }),
      show: (shown) => [...shown],
      problem: refusalOf,
      changed: ({ unit }) => {
        this.#rules.reload(unit);
        unit.changed({ entity: 'mail_rules' });
      },
    });
  }

  /** The rules in the order in which they are tried; the same array until they change. */
  get rules(): readonly MailRule[] {
    return this.#rules.value;
  }

  /** Keeps a mail for previews, without credentials. */
  keep({ from, subject, text }: MailSample): void {
    const at = this.#deps.clock.now();
    const kept = boundedLog(redactedText(text), TEXT_CHARS_MAX);
    const mail = { at, from, subject: redactedText(subject), text: kept };
    this.#waiting = [...this.#waiting, mail].slice(-WAITING_MAX);
    if (!this.#isWriting) void this.#write();
  }

  /** Writes what waits, as often as more has come meanwhile. What cannot be written is only missed in previews. */
  async #write(): Promise<void> {
    const { rows, writer, logger } = this.#deps;
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const mails = this.#waiting;
      this.#waiting = [];
      try {
        await writer.submit(() => {
          for (const mail of mails) rows.putReceived(mail);
        });
      } catch (error) {
        logger.log('warn', 'A mail could not be kept for previews', { error: errorText(error) });
      }
    }
    this.#isWriting = false;
  }

  /** Returns the last mails, newest first. */
  received(): Result<Output<'mailRules.received'>> {
    return ok({ items: this.#deps.rows.received() });
  }

  /** Tries a rule on a mail; nothing is stored. */
  preview({ rule, mail }: ParsedInput<'mailRules.preview'>): Result<MailPreview> {
    const refusal = refusalOf(rule);
    if (refusal) return refusal;
    const whole = {
      ...mail,
      files: [],
      headers: new Map<string, string>(),
      key: null,
      isCut: false,
    };
    const context = { source: 'preview', messages: this.#deps.messages() };
    const { events = [], messages = [] } = readByRule(whole, rule, context) ?? {};
    const [event] = events;
    const [message] = messages;
    return ok({
      event: event ? previewedEventOf(event) : null,
      message: message ? previewedMessageOf(message) : null,
    });
  }
}

function refusalOf(rule: MailRuleFields): Result<never> | null {
  const found = mailRuleProblem(rule);
  return found && refuseField('invalid_input', found.field, found.reason);
}

const previewedMessageOf = ({ topic, title, text, severity }: InboundMessage) => ({
  host: topic,
  ...{ title, text, severity },
});
