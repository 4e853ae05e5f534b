/** Reads the sources as syntax and types, for the rules that the import graph does not show. */
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** Paths below `root` of the TypeScript files in `folders`, sorted. */
export function sourceFiles(root: string, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
}

/** Where clocks, randomness and the environment may be made: the rest of the code is given them. */
export function isCompositionRoot(path: string): boolean {
  return /(^|\/)(main|process-clock)\.ts$|(^|\/)cli\/|\.worker\.ts$/.test(path);
}

const AMBIENT_MEMBERS = new Set(['Date.now', 'Math.random', 'process.env', 'performance.now', 'process.hrtime']);
const AMBIENT_CALLS = new Set(['setTimeout', 'setInterval', 'setImmediate']);

/** Uses of the process's own clock, timers, randomness or environment, as `path:line what`. */
export function ambientUses(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const what = ambientUse(node);
    if (what !== undefined) found.push(`${path}:${lineOf(source, node)} ${what}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function ambientUse(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const member = `${node.expression.text}.${node.name.text}`;
    if (AMBIENT_MEMBERS.has(member)) return member;
    if (node.expression.text === 'globalThis' && AMBIENT_CALLS.has(node.name.text)) return member;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && AMBIENT_CALLS.has(node.expression.text)) {
    return node.expression.text;
  }
  const isDate = ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date';
  return isDate && (node.arguments?.length ?? 0) === 0 ? 'new Date()' : undefined;
}

/** The type-checked program of `paths`. */
export function programOf(root: string, paths: readonly string[]): ts.Program {
  const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.convertCompilerOptionsFromJson(read.config.compilerOptions, root);
  return ts.createProgram({ rootNames: paths.map((path) => join(root, path)), options });
}

/**
 * Calls of `.slice` on octets, as `path:line`. `Buffer#slice` is a view and `Uint8Array#slice` a copy, and a
 * Uint8Array may well be a Buffer: the code says `subarray` where it means a view, and makes its copies by name.
 */
export function octetSlices(program: ts.Program, root: string): string[] {
  const checker = program.getTypeChecker();
  return visitOurs(program, root, (node, at) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
    if (node.expression.name.text !== 'slice') return undefined;
    const receiver = checker.getTypeAtLocation(node.expression.expression).getSymbol()?.name;
    return receiver === 'Uint8Array' || receiver === 'Buffer' ? at : undefined;
  });
}

/** What the `index.ts` files export without a word about it, as `path name` of where it is declared. */
export function undocumentedExports(program: ts.Program, root: string): { exports: number; undocumented: string[] } {
  const checker = program.getTypeChecker();
  const undocumented = new Set<string>();
  let exports = 0;
  for (const source of ours(program, root)) {
    if (!source.fileName.endsWith('/index.ts')) continue;
    const module = checker.getSymbolAtLocation(source);
    for (const symbol of module === undefined ? [] : checker.getExportsOfModule(module)) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      exports += 1;
      if (target.getDocumentationComment(checker).length > 0) continue;
      const declared = target.declarations?.[0]?.getSourceFile().fileName ?? source.fileName;
      // What a package declares, it documents itself.
      if (declared.includes('/node_modules/')) continue;
      undocumented.add(`${relative(root, declared)} ${symbol.name}`);
    }
  }
  return { exports, undocumented: [...undocumented].toSorted() };
}

function visitOurs(
  program: ts.Program,
  root: string,
  report: (node: ts.Node, at: string) => string | undefined,
): string[] {
  const found: string[] = [];
  for (const source of ours(program, root)) {
    const visit = (node: ts.Node): void => {
      const line = report(node, `${relative(root, source.fileName)}:${lineOf(source, node)}`);
      if (line !== undefined) found.push(line);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

function ours(program: ts.Program, root: string): ts.SourceFile[] {
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(`${root}/`) && !fileName.includes('/node_modules/'));
}

function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}
