/** @module-tag slow */
import { globSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const USERS = ['main/index.ts', 'main/transport/ipc.ts', 'main/shell/*.ts', 'preload/index.ts'];
const TAGS = ['platform', 'deprecated'];

/**
 * The reasons to use a member that electron.d.ts marks without a look at the platform first: what it does
 * elsewhere is stated there or in Electron's documentation.
 */
const REASONS: Readonly<Record<string, string>> = {
  'main/shell/app-menu.ts: iconPath': 'macOS shows the icon of the bundle whatever this says.',
  "main/shell/deep-link.ts: app.on('open-url')": 'An event that macOS alone emits.',
  "main/shell/os-notifications.ts: notification.once('failed')":
    'Linux emits none: a time limit ends the wait.',
  "main/shell/system-events.ts: app.on('activate')": 'An event that macOS alone emits.',
  "main/shell/system-events.ts: powerMonitor.on('shutdown')": 'An event that Windows never emits.',
};

interface Use {
  readonly member: string;
  readonly mark: string;
  readonly file: string;
  readonly guarded: boolean;
}

const isElectrons = (node: ts.Node): boolean =>
  node.getSourceFile().fileName.endsWith('/electron/electron.d.ts');

/** Returns the marks of what a declaration of Electron's says, such as `platform darwin`. */
function marksOf(declarations: readonly ts.Node[] | undefined): string | null {
  for (const declaration of declarations ?? []) {
    if (!isElectrons(declaration)) continue;
    const tag = ts.getJSDocTags(declaration).find(({ tagName }) => TAGS.includes(tagName.text));
    if (tag) return `${tag.tagName.text} ${ts.getTextOfJSDocComment(tag.comment) ?? ''}`.trim();
  }
  return null;
}

const asksPlatform = (condition: ts.Node): boolean => /\bplatform\b/.test(condition.getText());

const leaves = (statement: ts.Statement): boolean =>
  ts.isReturnStatement(statement) ||
  ts.isThrowStatement(statement) ||
  ts.isContinueStatement(statement) ||
  (ts.isBlock(statement) && statement.statements.some(leaves));

/** Returns true if the platform was asked on the way to a node: around it, or by leaving before it. */
function isGuarded(node: ts.Node): boolean {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    const { parent } = at;
    if (ts.isIfStatement(parent) && at !== parent.expression && asksPlatform(parent.expression)) {
      return true;
    }
    if (
      ts.isConditionalExpression(parent) &&
      at !== parent.condition &&
      asksPlatform(parent.condition)
    ) {
      return true;
    }
    if (
      ts.isBinaryExpression(parent) &&
      parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken &&
      at === parent.right &&
      asksPlatform(parent.left)
    ) {
      return true;
    }
    if (ts.isBlock(parent)) {
      const before = parent.statements.slice(0, parent.statements.indexOf(at as ts.Statement));
      const left = before.some(
        (statement) =>
          ts.isIfStatement(statement) &&
          asksPlatform(statement.expression) &&
          leaves(statement.thenStatement),
      );
      if (left) return true;
    }
  }
  return false;
}

/** Returns the declarations of Electron's that a node uses: a member, an option, or one overload. */
function declarationsOf(node: ts.Node, checker: ts.TypeChecker): readonly ts.Node[] | undefined {
  if (ts.isCallExpression(node)) {
    const declaration = checker.getResolvedSignature(node)?.declaration;
    return declaration && [declaration];
  }
  if (ts.isPropertyAccessExpression(node) && !ts.isCallExpression(node.parent)) {
    return checker.getSymbolAtLocation(node.name)?.declarations;
  }
  if (
    ts.isObjectLiteralElementLike(node) &&
    node.name &&
    ts.isObjectLiteralExpression(node.parent)
  ) {
    const type = checker.getContextualType(node.parent);
    return type?.getProperty(node.name.getText())?.declarations;
  }
  return undefined;
}

function nameOf(node: ts.Node): string {
  if (!ts.isCallExpression(node)) {
    return ts.isPropertyAccessExpression(node)
      ? node.getText()
      : ((node as ts.PropertyAssignment).name?.getText() ?? '');
  }
  const [first] = node.arguments;
  const callee = node.expression.getText();
  return first && ts.isStringLiteral(first) && /\.(on|once)$/.test(callee)
    ? `${callee}('${first.text}')`
    : callee;
}

function usesIn(files: readonly string[], extra: Readonly<Record<string, string>> = {}): Use[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options, true);
  const read = host.readFile.bind(host);
  host.readFile = (path) => extra[path] ?? read(path);
  host.fileExists = (path) => path in extra || ts.sys.fileExists(path);
  const roots = [...files, ...Object.keys(extra)];
  const program = ts.createProgram({ rootNames: roots, options, host });
  const checker = program.getTypeChecker();
  const uses: Use[] = [];
  for (const path of roots) {
    const source = program.getSourceFile(path);
    if (!source) throw new Error(`no ${path}`);
    const visit = (node: ts.Node): void => {
      const mark = marksOf(declarationsOf(node, checker));
      if (mark !== null) {
        const member = nameOf(node);
        uses.push({ member, mark, file: relative(ROOT, path), guarded: isGuarded(node) });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return uses;
}

const keyOf = ({ file, member }: Use): string => `${file}: ${member}`;

describe('members of Electron that only some platforms have, or that are deprecated', () => {
  const files = globSync(USERS, { cwd: ROOT }).map((path) => join(ROOT, path));
  // A canary, so that a checker which finds nothing does not pass.
  const canary = join(ROOT, 'main/shell/canary.ts');
  const uses = usesIn(files, {
    [canary]: `import { app, safeStorage } from 'electron';
      export function canary(platform: string): void {
        app.dock?.hide();
        if (platform === 'darwin') app.dock?.show();
        safeStorage.encryptString('x');
        app.on('open-file', () => undefined);
      }`,
  });
  const ours = uses.filter(({ file }) => file !== 'main/shell/canary.ts');

  it('are found in calls, properties and events, with and without a guard', () => {
    const found = uses.filter(({ file }) => file === 'main/shell/canary.ts');
    expect(found.map(({ member, mark, guarded }) => [member, mark, guarded])).toEqual([
      ['app.dock?.hide', 'platform darwin', false],
      ['app.dock', 'platform darwin', false],
      ['app.dock?.show', 'platform darwin', true],
      ['app.dock', 'platform darwin', true],
      ['safeStorage.encryptString', 'deprecated', false],
      ["app.on('open-file')", 'platform darwin', false],
    ]);
  });

  it('are used after a look at the platform, or for a reason', () => {
    expect(files.length).toBeGreaterThan(15);
    const bare = ours.filter((use) => !use.guarded && !(keyOf(use) in REASONS));
    expect(bare.map((use) => `${keyOf(use)} is marked "${use.mark}"`)).toEqual([]);
  });

  it('have no reason that nothing needs', () => {
    const needed = new Set(ours.filter(({ guarded }) => !guarded).map(keyOf));
    expect(Object.keys(REASONS).filter((key) => !needed.has(key))).toEqual([]);
  });
});
