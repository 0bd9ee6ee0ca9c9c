/** Written by `npm run messages` from en.json. */

type Nothing = Record<never, never>;

/** The arguments of each message. */
export interface MessageArguments {
  'channels.language': Nothing;
  'channels.language.settings': Nothing;
  'common.add': Nothing;
  'common.alertState.acknowledged': Nothing;
  'common.alertState.expired': Nothing;
  'common.alertState.open': Nothing;
  'common.alertState.resolved': Nothing;
  'common.alerts': { readonly count: number };
  'common.apply': Nothing;
  'common.back': Nothing;
  'common.cancel': Nothing;
  'common.changed': Nothing;
  'common.channels': { readonly count: number };
  'common.close': Nothing;
  'common.continue': Nothing;
  'common.copied': Nothing;
  'common.copy': Nothing;
  'common.create': Nothing;
  'common.created': Nothing;
  'common.deadLetters': { readonly count: number };
  'common.delete': Nothing;
  'common.description': Nothing;
  'common.details': Nothing;
  'common.disable': Nothing;
  'common.disabled': Nothing;
  'common.discard': Nothing;
  'common.dismiss': Nothing;
  'common.download': Nothing;
  'common.edit': Nothing;
  'common.enable': Nothing;
  'common.enabled': Nothing;
  'common.language.de': Nothing;
  'common.language.en': Nothing;
  'common.language.system': Nothing;
  'common.loading': Nothing;
  'common.name': Nothing;
  'common.never': Nothing;
  'common.next': Nothing;
  'common.no': Nothing;
  'common.none': Nothing;
  'common.notificationEvent.acknowledged': Nothing;
  'common.notificationEvent.escalated': Nothing;
  'common.notificationEvent.flapping_started': Nothing;
  'common.notificationEvent.flapping_stopped': Nothing;
  'common.notificationEvent.raised': Nothing;
  'common.notificationEvent.reminder': Nothing;
  'common.notificationEvent.resolved': Nothing;
  'common.notificationEvent.test': Nothing;
  'common.notificationStatus.cancelled': Nothing;
  'common.notificationStatus.dead': Nothing;
  'common.notificationStatus.failed': Nothing;
  'common.notificationStatus.pending': Nothing;
  'common.notificationStatus.sending': Nothing;
  'common.notificationStatus.sent': Nothing;
  'common.notifications': { readonly count: number };
  'common.open': Nothing;
  'common.optional': Nothing;
  'common.pause': Nothing;
  'common.paused': Nothing;
  'common.previous': Nothing;
  'common.remove': Nothing;
  'common.requeue': Nothing;
  'common.reset': Nothing;
  'common.resume': Nothing;
  'common.save': Nothing;
  'common.saved': Nothing;
  'common.search': Nothing;
  'common.severity.critical': Nothing;
  'common.severity.info': Nothing;
  'common.severity.warning': Nothing;
  'common.test': Nothing;
  'common.tryAgain': Nothing;
  'common.undo': Nothing;
  'common.unknown': Nothing;
  'common.yes': Nothing;
  'reason.hold.channel_pause': { readonly until: string };
  'reason.hold.channel_pause_open': Nothing;
  'reason.hold.delay': { readonly until: string };
  'reason.hold.grouping': { readonly route: string; readonly waitMs: string };
  'reason.hold.hold_for': { readonly holdForMs: string; readonly route: string };
  'reason.hold.inhibition': { readonly host: string; readonly kind: string; readonly name: string };
  'reason.hold.maintenance': { readonly name: string; readonly until: string };
  'reason.hold.pause': { readonly until: string };
  'reason.hold.quiet_hours': { readonly until: string };
  'reason.hold.silence': { readonly author: string; readonly comment: string; readonly until: string };
  'reason.hold.silence_unnamed': { readonly author: string; readonly until: string };
  'reason.hold.snooze': { readonly until: string };
  'reason.hold.storm': { readonly threshold: number; readonly until: string; readonly windowMs: string };
  'reason.hold.summary': Nothing;
  'settings.language': Nothing;
  'settings.language.hint': Nothing;
  'time.justNow': Nothing;
  'time.now': Nothing;
}

/** The tags of each message that holds some. */
export interface MessageTags {}

export type MessageKey = keyof MessageArguments;
