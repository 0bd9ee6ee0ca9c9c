import { describe, expect, it } from 'vitest';
import { hostLocales } from '../../main/messages/host-messages.ts';
import { localeFrom, type LanguageSetting } from '../../main/contract/language.ts';

describe('localeFrom', () => {
  it.each<[LanguageSetting, string[], string, string]>([
    ['system', ['de-AT', 'en'], 'de', 'de-AT'],
    ['system', ['fr', 'EN-gb', 'de'], 'en', 'EN-gb'],
    ['system', ['fr-FR'], 'en', 'en'],
    ['system', [], 'en', 'en'],
    ['de', ['en-US', 'de-CH'], 'de', 'de-CH'],
    ['de', ['en-US'], 'de', 'de'],
    ['en', ['de-DE', 'en-GB'], 'en', 'en-GB'],
  ])('speaks for %s on %j: %s, as in %s', (setting, system, language, tag) => {
    expect(localeFrom(setting, system)).toEqual({ language, tag });
  });
});

describe('hostLocales', () => {
  it.each([
    [{ LC_ALL: 'de_DE.UTF-8', LC_MESSAGES: 'fr_FR', LANG: 'en_US' }, 'de-DE'],
    [{ LC_MESSAGES: 'de_AT@euro', LANG: 'en_US.UTF-8' }, 'de-AT'],
    [{ LC_ALL: '', LANG: 'de' }, 'de'],
    [{ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, 'en'],
    [{ LANG: 'C.UTF-8' }, 'en'],
    [{ LANG: 'POSIX' }, 'en'],
    [{ LANG: '../etc' }, 'en'],
    [{}, Intl.DateTimeFormat().resolvedOptions().locale],
  ])('reads %j as %s', (env, tag) => {
    expect(hostLocales(env)).toEqual([tag]);
  });
});
