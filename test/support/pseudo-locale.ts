import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { printAST } from '@formatjs/icu-messageformat-parser/printer.js';
import type { Plugin } from 'vite';
import type { Catalogue } from '../../resources/messages.ts';

/** The brackets around every message of the pseudo-locale, which stand nowhere else. */
export const OPEN = '⟦';
export const CLOSE = '⟧';
/** German is about so much longer than English. */
const LENGTHENED = 0.4;

const ACCENTED: Readonly<Record<string, string>> = {
  ...{ a: 'á', c: 'ç', d: 'ð', e: 'é', g: 'ğ', h: 'ĥ', i: 'í', k: 'ķ', l: 'ł', n: 'ñ', o: 'ö' },
  ...{ r: 'ŕ', s: 'š', t: 'ţ', u: 'ü', w: 'ŵ', y: 'ý', z: 'ž' },
  ...{ A: 'Á', C: 'Ç', D: 'Ð', E: 'É', G: 'Ğ', H: 'Ĥ', I: 'Í', N: 'Ñ', O: 'Ö', S: 'Š', U: 'Ü' },
};

const pseudoText = (text: string): string => {
  const accented = [...text].map((letter) => ACCENTED[letter] ?? letter).join('');
  const more = Math.ceil(text.trim().length * LENGTHENED);
  return accented + '~'.repeat(more).replace(/~{8}(?=~)/g, '~~~~~~~ ');
};

const BRACKET = {
  open: { type: TYPE.literal, value: OPEN },
  close: { type: TYPE.literal, value: CLOSE },
} as const;

function transformed(elements: MessageFormatElement[], bracketed: boolean): MessageFormatElement[] {
  const options = <Option extends { value: MessageFormatElement[] }>(all: Record<string, Option>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, { value }]) => [
        name,
        { value: transformed(value, bracketed) },
      ]),
    );
  return elements.flatMap((element): MessageFormatElement[] => {
    switch (element.type) {
      case TYPE.literal: {
        const value = pseudoText(element.value);
        return [{ ...element, value: bracketed ? `${OPEN}${value}${CLOSE}` : value }];
      }
      case TYPE.plural:
      case TYPE.select:
        return [{ ...element, options: options(element.options) }];
      case TYPE.tag:
        return [{ ...element, children: transformed(element.children, bracketed) }];
      default:
        return bracketed ? [BRACKET.open, element, BRACKET.close] : [element];
    }
  });
}

/**
 * Returns a message as the pseudo-locale says it: accented, longer, in brackets. Tags part a message into
 * several texts of the page, so that each of those gets its own brackets.
 */
export function pseudoMessage(message: string): string {
  const elements = parse(message);
  if (/<\w+>/.test(message)) return printAST(transformed(elements, true));
  return `${OPEN}${printAST(transformed(elements, false))}${CLOSE}`;
}

/** Builds the window with the pseudo-locale in place of English. */
export const pseudoLocale = (): Plugin => ({
  name: 'pseudo-locale',
  enforce: 'pre',
  transform(code, id) {
    if (!/main\/messages\/en\.json/.test(id)) return null;
    const catalogue = JSON.parse(code) as Catalogue;
    const pseudo = Object.entries(catalogue).map(([key, text]) => [key, pseudoMessage(text)]);
    return JSON.stringify(Object.fromEntries(pseudo));
  },
});
