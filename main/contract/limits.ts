/** Every bound that a sender or user can meet. Names carry units. */
export const LIMITS = {
  bodyBytesMax: 1_048_576,
  /** The maximum nesting of lists and objects in JSON. */
  jsonDepthMax: 100,
  eventsPerRequestMax: 1_000,
  identityCharsMax: 512,
  /** Longer messages are cut with a mark, since losing an alert over its length would be worse. */
  messageCharsMax: 8_192,
  labelsMax: 128,
  labelNameCharsMax: 256,
  labelValueCharsMax: 4_096,
  urlCharsMax: 2_048,
  nameCharsMax: 100,
  searchCharsMax: 1_000,
  /** Words and matchers of one search. */
  searchTermsMax: 20,
  pageSizeMax: 200,
  /** As in certctl. */
  notificationsPageSizeMax: 500,
  pageMax: 1_000_000_000,
  /** A week. */
  deadLetterHoursMax: 168,
  channelsMax: 100,
  tokensMax: 200,
  /** Above it the session that was seen longest ago ends. */
  sessionsMax: 200,
  userAgentCharsMax: 300,
  routesMax: 100,
  silencesMax: 500,
  maintenanceWindowsMax: 100,
  inhibitionsMax: 100,
  /** The maximum range of one query of the mute calendar: five weeks. */
  calendarDaysMax: 35,
  /** Of one rule, and of all together. */
  ruleSpansMax: 50,
  calendarSpansMax: 1_000,
  heartbeatsMax: 500,
  mappedWebhooksMax: 100,
  mailRulesMax: 100,
  savedViewsMax: 50,
  matchersMax: 20,
  matcherCharsMax: 1_024,
  commentCharsMax: 1_000,
  /** The maximum length of a ping's log; the rest is cut with a mark. */
  pingLogCharsMax: 10_000,
  expressionCharsMax: 8_192,
  titleTemplateCharsMax: 1_000,
  bodyTemplateCharsMax: 4_000,
  bulkIdsMax: 1_000,
  streamClientsMax: 64,
  /** Of a configuration file. As JSON it fits into a body, unless every fourth character has to be escaped. */
  configCharsMax: 786_432,
} as const;
