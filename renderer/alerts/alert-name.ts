import { MESSAGE_KIND, type Alert } from '../../main/contract/alert.ts';

/** What an alert is called: a message by its own title, a condition by its kind. */
export const alertName = ({ kind, labels }: Pick<Alert, 'kind' | 'labels'>): string =>
  kind === MESSAGE_KIND ? (labels['title'] ?? 'Message') : kind;
