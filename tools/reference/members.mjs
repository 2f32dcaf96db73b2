import { join } from 'node:path';
import ts from 'typescript';
import { repository } from '../packages.mjs';

const project = join(repository, 'packages/sops-codec/tsconfig.lib.json');

/**
 * Every exported member of sops-codec, with its members, as TypeScript sees them.
 *
 * @returns {readonly Member[]}
 * @typedef {{name: string, kind: 'function' | 'type' | 'class' | 'value', code: string, text: string,
 *   params: readonly {name: string, text: string}[], returns: string, throws: string,
 *   members: readonly {name: string, type: string, text: string}[]}} Member
 */
export function exportedMembers() {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    project,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} },
  );
  const entry = join(repository, 'packages/sops-codec/src/index.ts');
  const program = ts.createProgram([entry], {
    ...options,
    noEmit: true,
    composite: false,
    incremental: false,
    tsBuildInfoFile: undefined,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  return checker
    .getExportsOfModule(checker.getSymbolAtLocation(source))
    .map((symbol) => memberOf(checker, symbol))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** What has no TSDoc: names of exports, and `export.member`. */
export const undocumented = (members) =>
  members.flatMap(({ name, text, members: inner }) => [
    ...(text === '' ? [name] : []),
    ...inner.filter((one) => one.text === '').map((one) => `${name}.${one.name}`),
  ]);

function memberOf(checker, exported) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const [declaration] = symbol.declarations;
  const tags = symbol.getJsDocTags(checker);
  const tag = (name) => textOf(tags.find((one) => one.name === name)?.text);
  return {
    name: exported.name,
    kind: kindOf(checker, symbol, declaration),
    code: codeOf(checker, symbol, declaration),
    text: textOf(symbol.getDocumentationComment(checker)),
    params: tags
      .filter((one) => one.name === 'param')
      .map(({ text }) => ({
        name: text.find((part) => part.kind === 'parameterName')?.text ?? '',
        text: textOf(text.filter((part) => part.kind !== 'parameterName')),
      })),
    returns: tag('returns'),
    throws: tag('throws'),
    members: innerMembers(checker, symbol, declaration),
  };
}

const textOf = (parts) =>
  ts
    .displayPartsToString(parts)
    .trim()
    .replace(/\s*\n\s*/g, ' ');

function kindOf(checker, symbol, declaration) {
  if (ts.isClassDeclaration(declaration)) return 'class';
  if (!(symbol.flags & ts.SymbolFlags.Value)) return 'type';
  return checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures().length > 0
    ? 'function'
    : 'value';
}

function codeOf(checker, symbol, declaration) {
  if (ts.isTypeAliasDeclaration(declaration)) return declaration.getText();
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) return '';
  const step = functionIn(declaration);
  if (!step) return '';
  const list = (nodes, begin, end) =>
    nodes ? begin + nodes.map((node) => node.getText().replace(/\s+/g, ' ')).join(', ') + end : '';
  const generics = list(step.typeParameters, '<', '>');
  return `${symbol.name}${generics}${list(step.parameters, '(', ')')}: ${step.type?.getText() ?? 'void'}`;
}

/** The function of a declaration: itself, or the last argument of what wraps it. */
function functionIn(declaration) {
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  const step = value && ts.isCallExpression(value) ? value.arguments.at(-1) : value;
  return step && (ts.isArrowFunction(step) || ts.isFunctionExpression(step)) ? step : undefined;
}

/** The members of an interface, a class or an object; of a type alias none, whose text shows them. */
function innerMembers(checker, symbol, declaration) {
  const isOpen =
    ts.isInterfaceDeclaration(declaration) ||
    ts.isClassDeclaration(declaration) ||
    symbol.name === 'exitCodes';
  if (!isOpen) return [];
  const type =
    symbol.name === 'exitCodes'
      ? checker.getTypeOfSymbolAtLocation(symbol, declaration)
      : checker.getDeclaredTypeOfSymbol(symbol);
  const ownFiles = (member) =>
    (member.declarations ?? []).some(({ parent }) =>
      parent.getSourceFile().fileName.includes('/sops-codec/src/'),
    );
  return type
    .getProperties()
    .filter(ownFiles)
    .map((member) => ({
      name: member.name.startsWith('__@dispose') ? '[Symbol.dispose]' : member.name,
      isOptional: (member.flags & ts.SymbolFlags.Optional) !== 0,
      type: typeText(checker, member, declaration),
      text: textOf(member.getDocumentationComment(checker)),
    }));
}

/** The type as it is written, where it is; else as TypeScript infers it. */
function typeText(checker, member, declaration) {
  const [own] = member.declarations ?? [];
  const written =
    own && (ts.isPropertySignature(own) || ts.isPropertyDeclaration(own)) ? own.type : undefined;
  const type = checker.getTypeOfSymbolAtLocation(member, declaration);
  const text = written?.getText() ?? checker.typeToString(type, declaration, ts.TypeFormatFlags.NoTruncation);
  return text.replace(/\s+/g, ' ');
}
