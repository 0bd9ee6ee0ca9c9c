import { describe, expect, it } from 'vitest';
import {
  isTemplateVariable,
  TEMPLATE_VARIABLES,
  templateVariables,
} from '../../main/contract/channel-template.ts';
import { notificationEvent, type NotificationEvent } from '../../main/contract/notification.ts';
import { TEMPLATE_FILTERS, type TemplatePart } from '../../main/contract/template.ts';
import { renderTemplate, templateProblemOf } from '../../main/domain/template-engine.ts';
import { templateValues } from '../../main/domain/template-variables.ts';
import { messagesFor } from '../../main/messages/messages.ts';

const ENGLISH = messagesFor('en');
const NOW = Date.UTC(2026, 0, 15, 12);

const labels: Record<string, string> = {
  job: 'backup',
  disk: 'sda',
  constructor: 'theirs',
  low: '9007199254740992',
};

const valuesOf = (event: NotificationEvent, over: object = {}, language: 'en' | 'de' = 'en') =>
  templateValues(
    messagesFor(language),
    {
      event,
      channelName: 'Phone',
      link: 'https://belfry.lan/#/alerts/1',
      alert: {
        id: '01890000-0000-7000-8000-000000000001',
        source: 'api',
        host: 'nas',
        kind: 'disk_full',
        dedupKey: '',
        severity: 'critical',
        state: 'open',
        message: 'No space left\non /srv',
        labels,
        annotations: {},
        url: null,
        startedAt: NOW - 7_800_000,
        lastSeenAt: NOW,
        occurrences: 3,
        acknowledgedAt: null,
        closedAt: null,
        ...over,
      },
    },
    NOW,
  );

const render = (source: string, part: TemplatePart = 'body', values = valuesOf('raised')) =>
  renderTemplate(source, part, values, ENGLISH);

const textOf = (source: string, part?: TemplatePart, values?: ReturnType<typeof valuesOf>) => {
  const rendered = render(source, part, values);
  return rendered.ok ? rendered.text : rendered.reason;
};

describe('a template', () => {
  it.each([
    ['{{ alert.host | upcase }}: {{ alert.kind }}', 'NAS: disk_full'],
    ['{{ severityText }}, {{ stateText }}, {{ eventText }}', 'Critical, Open, Firing'],
    [
      'for {{ duration }} since {{ alert.startedAt }}',
      'for 2 hours, 10 minutes since 2026-01-15T09:50:00Z',
    ],
    ['{{ title }}\n{{ body }}', 'CRITICAL: disk_full on nas\nNo space left\non /srv'],
    ['{{ alert.labels.job }} {{ alert.labels["disk"] }}{{ alert.labels.none }}', 'backup sda'],
    ['{{ alert.labels.none | default: "no job" }}', 'no job'],
    [
      '{% for pair in alert.labels limit: 2 %}{{ pair[0] }}: {{ pair[1] }};{% endfor %}',
      'job: backup;disk: sda;',
    ],
    ['{{ alert.labels }}', 'job=backup, disk=sda, constructor=theirs, low=9007199254740992'],
    ['{% if alert.severity == "critical" %}!{% elsif true %}-{% else %}?{% endif %}', '!'],
    [
      '{% unless alert.url %}no link{% endunless %} {{ link }}',
      'no link https://belfry.lan/#/alerts/1',
    ],
    ['{% if alert.url == nil and alert.message contains "space" %}yes{% endif %}', 'yes'],
    ['{% assign short = alert.kind | replace: "_", " " | capitalize %}{{ short }}', 'Disk full'],
    [
      '{{ alert.message | one_line | truncate: 6 }} {{ alert.message | truncate: 5, "" | strip }}',
      'No sp… No sp',
    ],
    ['{{ "a" | append: "b" | prepend: "c" | downcase }}', 'cab'],
    ['{% raw %}{{ title }}{% endraw %}{% comment %}not this{% endcomment %}', '{{ title }}'],
    ['\n\n  {{ channel.name }}  \n', 'Phone'],
  ])('%s', (source, text) => {
    expect(textOf(source)).toBe(text);
  });

  it('writes moments in the language of the channel', () => {
    const german = messagesFor('de');
    const values = valuesOf('raised', {}, 'de');
    const rendered = renderTemplate(
      '{{ alert.startedAt | date_time }}|{{ alert.startedAt | date }}|{{ alert.startedAt | time }}|{{ title | time }}',
      'body',
      values,
      german,
    );
    const at = NOW - 7_800_000;
    const moments = [german.dateTime(at), german.date(at), german.timeOfDay(at)].join('|');
    expect(rendered).toEqual({ ok: true, text: `${moments}|${values.title}` });
  });

  it('makes a title of one line, which is never empty', () => {
    expect(textOf('{{ body }}', 'title')).toBe('No space left on /srv');
    const empty = { code: 'template.no_title', params: {} };
    expect(textOf(' {{ alert.labels.none }} ', 'title')).toEqual(empty);
    expect(textOf(' {{ alert.labels.none }} ', 'body')).toBe('');
  });

  it.each(notificationEvent.options)('has every value of the contract for %s', (event) => {
    const values = valuesOf(
      event,
      event === 'resolved' ? { state: 'resolved', closedAt: NOW } : {},
    );
    expect(templateVariables.parse(values)).toEqual(values);
    const source = TEMPLATE_VARIABLES.map((path) => `${path}: {{ ${path} }}`).join('\n');
    expect(templateProblemOf(source)).toBeNull();
    expect(textOf(source, 'body', values)).toContain(`event: ${event}\n`);
  });

  it('may use each filter as its usage says', () => {
    for (const { usage } of Object.values(TEMPLATE_FILTERS)) {
      expect(render(`{{ title | ${usage} }}`), usage).toMatchObject({ ok: true });
    }
  });

  it('inserts what alerts say as it is, and never as a template', () => {
    const values = valuesOf('raised', {
      message: '{{ alert.host }}{% for %}',
      labels: { a: '{{x}}' },
    });
    expect(textOf('{{ alert.message }} {{ alert.labels.a }}', 'body', values)).toBe(
      '{{ alert.host }}{% for %} {{x}}',
    );
  });
});

describe('a template that cannot be used', () => {
  it.each<[string, object]>([
    ['a\n{{ alrt.host }}', { code: 'template.variable', params: { line: 2, name: 'alrt.host' } }],
    [
      '{% if alert.hst == "x" %}{% endif %}',
      { code: 'template.variable', params: { line: 1, name: 'alert.hst' } },
    ],
    ['{{ alert }}', { code: 'template.variable', params: { line: 1, name: 'alert' } }],
    ['{{ nope }}\n{{ never }}', { code: 'template.variable', params: { line: 1, name: 'nope' } }],
    [
      '\n\n{{ title | date: "%Y" }}',
      { code: 'template.filter_arguments', params: { line: 3, name: 'date', usage: 'date' } },
    ],
    [
      '{% if title %}',
      { code: 'template.syntax', params: { line: 1, error: 'tag {% if title %} not closed' } },
    ],
    [
      'x\n{{ title',
      { code: 'template.syntax', params: { line: 2, error: 'output "{{ title" not closed' } },
    ],
  ])('%s', (source, reason) => {
    expect(templateProblemOf(source)).toEqual(reason);
    expect(textOf(source)).toEqual(reason);
  });

  it.each([
    'json',
    'date_to_xmlschema',
    'split',
    'where_exp',
    'map',
    'sort',
    'escape',
    'base64_encode',
  ])('has the filter %s of LiquidJS', (name) => {
    const known = Object.keys(TEMPLATE_FILTERS);
    const reason = { code: 'template.filter', params: { line: 1, name, known } };
    expect(templateProblemOf(`{{ title | ${name} }}`)).toEqual(reason);
  });

  it.each([
    'include "x"',
    'render "x"',
    'layout "x"',
    'block x',
    'capture x',
    'case x',
    'cycle 1',
    'increment x',
    'tablerow x in y',
    'liquid x',
    'echo title',
    '# x',
  ])('has the tag %s of LiquidJS', (tag) => {
    const [name = ''] = tag.split(' ');
    expect(templateProblemOf(`{% ${tag} %}`)).toMatchObject({
      code: 'template.tag',
      params: { line: 1, name },
    });
  });
});

describe('a template that would take for ever', () => {
  const message = 'm'.repeat(8_192);
  const many = Object.fromEntries(
    Array.from({ length: 128 }, (_, n) => [`l${n}`, 'v'.repeat(4_096)]),
  );
  const values = valuesOf('raised', { message, labels: many });
  const TOO_MUCH = { code: 'template.too_much', params: {} };
  const nested = (inside: string, times: number): string =>
    `{% for a in alert.labels %}`.repeat(times) + inside + '{% endfor %}'.repeat(times);

  it.each<[string, string, object]>([
    ['nested loops', nested('x', 12), TOO_MUCH],
    ['nested loops around nothing', nested('', 12), TOO_MUCH],
    [
      'loops around many branches',
      nested(`{% if nil %}${'{% elsif nil %}'.repeat(200)}{% endif %}`, 5),
      TOO_MUCH,
    ],
    [
      'loops that compare',
      nested(`{% if ${'alert.message contains "x" or '.repeat(80)} nil %}{% endif %}`, 3),
      TOO_MUCH,
    ],
    [
      'a text that doubles',
      `{% assign a = alert.message %}${'{% assign a = a | append: a %}'.repeat(100)}`,
      TOO_MUCH,
    ],
    [
      'a replacement of each character',
      '{{ alert.message | replace: "m", alert.message }}',
      TOO_MUCH,
    ],
    ['much output', nested('{{ a }}', 2), TOO_MUCH],
    [
      'a long cut',
      `{{ title | truncate: 1e9, alert.message }}`,
      { code: 'template.variable', params: { line: 1, name: '1e9' } },
    ],
    [
      'a huge range',
      '{% for i in (1..1000000000) %}{% endfor %}',
      { code: 'template.range', params: { line: 1 } },
    ],
    [
      'a range that LiquidJS would never finish',
      '{% for i in (9007199254740992..9007199254740994) %}{% endfor %}',
      { code: 'template.range', params: { line: 1 } },
    ],
    [
      'a range of what an alert says',
      '\n{% for i in (1..alert.labels.low) %}{% endfor %}',
      { code: 'template.range', params: { line: 2 } },
    ],
    [
      'a range in an assignment',
      '{% assign r = (1..9) %}',
      { code: 'template.range', params: { line: 1 } },
    ],
    [
      'a range as a name',
      '{{ alert.labels[(1..9)] }}',
      { code: 'template.range', params: { line: 1 } },
    ],
    [
      'a range as an argument',
      '{{ title | append: (1..9) }}',
      { code: 'template.range', params: { line: 1 } },
    ],
    [
      'a range as a limit',
      '{% for i in alert.labels limit: (1..9) %}{% endfor %}',
      { code: 'template.range', params: { line: 1 } },
    ],
  ])('by %s', (_what, source, reason) => {
    expect(textOf(source, 'body', values)).toEqual(reason);
  });

  it('takes deep nesting, up to the length of a template', () => {
    const depth = 170;
    expect(textOf(`${'{% if title %}'.repeat(depth)}x${'{% endif %}'.repeat(depth)}`)).toBe('x');
    const deep = `{{ ${'alert.labels['.repeat(280)}title${']'.repeat(280)} }}`;
    expect(textOf(deep)).toBe('');
    expect(templateProblemOf(`{{ ${'('.repeat(3_900)} }}`)).toMatchObject({
      code: 'template.syntax',
    });
  });

  it('leaves room for every label of an alert', () => {
    const short = Object.fromEntries(Array.from({ length: 128 }, (_, n) => [`label${n}`, 'value']));
    const source =
      '{% for pair in alert.labels %}{% if pair[1] != "" %}- {{ pair[0] }}: {{ pair[1] }}\n{% endif %}{% endfor %}';
    const rendered = render(source, 'body', valuesOf('raised', { labels: short }));
    expect(rendered.ok && rendered.text.split('\n')).toHaveLength(128);
  });
});

describe('what a template cannot reach', () => {
  it.each([
    'constructor',
    '__proto__',
    'toString',
    'process',
    'globalThis',
    'alert.constructor',
    'title.constructor',
    'alert.__proto__',
    'channel.constructor',
    'this',
  ])('%s', (path) => {
    expect(isTemplateVariable(path.split('.'))).toBe(false);
    expect(templateProblemOf(`{{ ${path} }}`)).toMatchObject({ code: 'template.variable' });
  });

  it('the prototype of labels, or of what a label holds', () => {
    expect(textOf('{{ alert.labels.constructor }}')).toBe('theirs');
    const source =
      '[{{ alert.labels.toString }}{{ alert.labels.__proto__ }}{{ alert.annotations.constructor }}{{ alert.labels.job.constructor }}{% assign x = title %}{{ x.constructor }}]';
    expect(textOf(source)).toBe('[]');
  });
});
