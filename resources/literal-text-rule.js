/**
 * An ESLint rule: what people read comes from the message catalogue. In markup every literal with a letter
 * is taken for text; in scripts one that has several words or begins like a sentence.
 */

/** Attributes and props that are read, or read out. */
const READ_ATTRIBUTES = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-roledescription',
  'aria-valuetext',
  'empty',
  'hint',
  'label',
  'legend',
  'placeholder',
  'save',
  'summary',
  'title',
  'what',
  'why',
]);
/** Elements whose content is quoted as it stands, or is no text. */
const QUOTING = new Set(['code', 'kbd', 'pre', 'samp', 'script', 'style', 'svg']);
/** Calls and constructors whose literals nobody reads: lookups, selectors, what only a log shows. */
const SILENT_CALLS =
  /^(text|rich|weekday|duration|log|begin|assert|defined|hkdfSync|.*Error|querySelector(All)?|closest|matches|matchMedia|dispatchEvent|addEventListener|removeEventListener|Intl|RegExp|URL|Map|Set|includes|startsWith|endsWith|split|replace|replaceAll|indexOf|has|get|set|prepare)$/;
/** Properties whose values a protocol or another machine reads, or that name a picture. */
const SILENT_PROPERTIES = /^(example|authorization|headers|icon)$/;
/** Operators between which a literal is compared and not shown. */
const COMPARISONS = new Set(['===', '!==', '==', '!=', 'in', '<', '>']);
/** Names of Belfry and of services, which are the same in every language. */
const NAMES =
  /\b(?:Belfry|Apprise API|Discord|Gotify|Matrix|Mattermost|Microsoft Teams|Pushover|Slack|Telegram)\b/g;
/** Tags of HTML, and types of media. */
const NOTATION = /<[^>]*>|^[a-z]+\/[\w.+-]+(?:; ?[\w-]+=[\w-]+)?$/g;

const hasLetter = (text) => /\p{L}/u.test(text.replace(NAMES, ''));
const isSentence = (text) => {
  const said = text.replace(NAMES, '').replace(NOTATION, '').trim();
  return (
    /\p{L}[\p{L}\p{N}'’,;:.!?…]*\s+[\p{L}…]/u.test(said) ||
    /^\p{Lu}\p{Ll}+[\p{Ll}.…!?]*$/u.test(said)
  );
};
/** An address, a path, a pattern or a name as an example of what to type. */
const isExample = (text) => /^\S*$/.test(text) && !/^\p{Lu}\p{Ll}+$/u.test(text);

const calledName = ({ callee }) =>
  callee.type === 'MemberExpression' ? callee.property.name : callee.name;

/** Returns true if a literal within `node`'s parents ends up where nobody reads it. */
function isSilent(node, text) {
  for (let child = node, { parent } = node; parent; child = parent, parent = parent.parent) {
    switch (parent.type) {
      case 'CallExpression':
      case 'NewExpression':
        if (SILENT_CALLS.test(calledName(parent) ?? '')) return true;
        break;
      case 'BinaryExpression':
        if (COMPARISONS.has(parent.operator)) return true;
        break;
      case 'MemberExpression':
        if (parent.property === child) return true;
        break;
      case 'Property':
        if (parent.key === child || SILENT_PROPERTIES.test(parent.key.name)) return true;
        break;
      case 'SwitchCase':
        return parent.test === child;
      case 'ConditionalExpression':
        if (parent.test === child) return true;
        break;
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
      case 'ImportExpression':
        if (parent.source === child) return true;
        break;
      case 'TSLiteralType':
      case 'TSTypeAnnotation':
      case 'ThrowStatement':
      case 'SvelteDirective':
      case 'SvelteStyleDirective':
        return true;
      case 'SvelteAttribute':
        if (parent.key.name === 'placeholder' && isExample(text)) return true;
        return !READ_ATTRIBUTES.has(parent.key.name);
      case 'SvelteElement':
        return false;
    }
  }
  return false;
}

/** Returns true if a node stands in markup, where one word is text already. */
function isMarkup(node) {
  for (let { parent } = node; parent; parent = parent.parent) {
    if (parent.type === 'SvelteScriptElement') return false;
    // A function within markup (a handler) is script again.
    if (/Function/.test(parent.type)) return false;
    if (parent.type === 'SvelteMustacheTag' || parent.type === 'SvelteAttribute') return true;
  }
  return false;
}

const elementName = (node) => node?.name?.name ?? '';

/** @type {import('eslint').Rule.RuleModule} */
export const literalText = {
  meta: {
    type: 'problem',
    docs: { description: 'requires text for people to come from the message catalogue' },
    messages: { literal: 'Text that people read belongs into main/messages: "{{text}}".' },
    schema: [],
  },
  create(context) {
    const report = (node, text) =>
      context.report({ node, messageId: 'literal', data: { text: text.trim().slice(0, 60) } });

    const check = (node, text) => {
      const isText = isMarkup(node) ? hasLetter(text) : isSentence(text);
      if (isText && !isSilent(node, text)) report(node, text);
    };

    return {
      SvelteText(node) {
        if (QUOTING.has(elementName(node.parent)) || !hasLetter(node.value)) return;
        report(node, node.value);
      },
      SvelteLiteral(node) {
        const { key } = node.parent;
        if (!READ_ATTRIBUTES.has(key?.name) || !hasLetter(node.value)) return;
        if (key.name === 'placeholder' && isExample(node.value)) return;
        report(node, node.value);
      },
      Literal(node) {
        if (typeof node.value === 'string') check(node, node.value);
      },
      TemplateLiteral(node) {
        check(node, node.quasis.map(({ value }) => value.cooked).join(' '));
      },
    };
  },
};
