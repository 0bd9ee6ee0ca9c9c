import {
  mailRuleFields,
  type MailPreview,
  type MailRuleFields,
  type MailSample,
  type OwnMailRule,
  type ReceivedMail,
} from '../../main/contract/mail-rule.ts';
import { severity } from '../../main/contract/primitives.ts';
import type { Services } from '../app/services.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { DraftOf } from '../collection/collection.svelte.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { nameField } from '../form/common-parts.ts';
import type { FieldPart, FormDescription } from '../form/draft.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import MailRuleIntro from './MailRuleIntro.svelte';
import MailRulePreview from './MailRulePreview.svelte';
import MailSamples from './MailSamples.svelte';

type TextName = Exclude<keyof MailRuleFields, 'name' | 'severity'>;

const code = (field: TextName, { example }: Required<Pick<FieldPart, 'example'>>): FieldPart => ({
  field,
  kind: 'code',
  label: () => text(`incoming.mailRules.field.${field}`),
  hint: () => text(`incoming.mailRules.fieldHint.${field}`),
  example,
});

const FORM: FormDescription = {
  schema: mailRuleFields,
  fresh: () => ({
    ...{ name: '', from: '', subject: '', text: '', resolvedWhen: '' },
    ...{ host: '', kind: '', dedupKey: '', severity: null },
    mail: { from: '', subject: '', text: '' },
  }),
  parts: [
    nameField('incoming.mailRules.sampleName'),
    { own: MailSamples },
    { field: 'mail.from', label: 'incoming.mailRules.mail.from', example: 'root@nas.lan' },
    {
      field: 'mail.subject',
      label: 'incoming.mailRules.mail.subject',
      example: 'Backup of nas failed',
    },
    {
      field: 'mail.text',
      kind: 'multiline',
      label: 'incoming.mailRules.mail.text',
      hint: 'incoming.mailRules.mailHint',
      rows: 5,
    },
    { own: MailRuleIntro },
    code('subject', { example: '^Backup of (?<host>\\S+) (?:failed|succeeded)' }),
    code('from', { example: '@nas\\.lan$' }),
    code('text', { example: '(?m)^Volume: (?<volume>.+)$' }),
    code('kind', { example: 'backup_failed' }),
    code('host', { example: '{host}' }),
    code('dedupKey', { example: '{volume}' }),
    code('resolvedWhen', { example: 'succeeded$' }),
    {
      field: 'severity',
      label: 'incoming.mailRules.severity',
      choices: () => [
        { value: null, label: text('incoming.mailRules.severityOfWords') },
        ...severity.options.map((value) => ({ value, label: text(`common.severity.${value}`) })),
      ],
    },
    { own: MailRulePreview },
  ],
};

const hasText = ({ from, subject, text: words }: MailSample): boolean =>
  from + subject + words !== '';

/** The draft of a mail rule, and what it makes of a mail: one that arrived, or one that is typed. */
export class MailRuleForm extends ItemForm<OwnMailRule, DraftOf<'mailRules'>> {
  readonly #client: WindowClient;
  #mails = $state.raw<readonly ReceivedMail[]>([]);
  #preview = $state.raw<MailPreview | null>(null);
  #refusal = $state<string | null>(null);
  #asked = 0;

  constructor({ client, mailRules }: Services, rule: OwnMailRule | null) {
    super(mailRules, rule, FORM);
    this.#client = client;
  }

  /** The last mails that arrived, newest first. */
  get mails(): readonly ReceivedMail[] {
    return this.#mails;
  }

  /** The alert or message that the mail would be; null before the first answer. */
  get preview(): MailPreview | null {
    return this.#preview;
  }

  /** The reason that there is no preview, such as a pattern that does not compile yet. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** The mail is only tried out. */
  override get entered(): string {
    return JSON.stringify(this.sent);
  }

  async loadMails(): Promise<void> {
    const answer = await this.#client.call('mailRules.received', {});
    if (answer.ok) this.#mails = answer.value.items;
  }

  /** Fills in a mail to try the rule on. */
  tryMail(mail: MailSample | undefined): void {
    const { from = '', subject = '', text: words = '' } = mail ?? {};
    this.set('mail', { from, subject, text: words });
  }

  /** Asks the host what it makes of the mail, unless there is too little to ask; the newest question wins. */
  async look(): Promise<void> {
    const sent = this.sent as MailRuleFields;
    const mail = $state.snapshot(this.get<MailSample>('mail'));
    const asked = ++this.#asked;
    if (!hasText(mail) || !hasText(sent)) {
      this.#preview = null;
      this.#refusal = null;
      return;
    }
    const rule = { ...sent, name: sent.name || 'preview' };
    const answer = await this.#client.call('mailRules.preview', { rule, mail });
    if (asked !== this.#asked) return;
    this.#preview = answer.ok ? answer.value : null;
    this.#refusal = answer.ok ? null : answer.error.message;
  }
}
