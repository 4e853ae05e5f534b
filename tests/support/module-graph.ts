/** The rule between the rooms, as data, and the cruise that holds the sources to it. */
import { type ICruiseResult, type IFlattenedRuleSet, cruise, getAvailableTranspilers } from 'dependency-cruiser';

/** What each top-level folder may import of ours. An import elsewhere, or past a folder's `index.ts`, is a violation. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  bridge: ['protocol'],
  gateway: ['protocol', 'bridge'],
  simulator: ['protocol'],
  client: ['bridge', 'gateway'],
};

/** Folders that put the rooms together, or look at them: they may import any room, and no room may import them. */
export const OUTSIDE = ['bin', 'bench', 'tests', '.ci'] as const;

const rooms = Object.keys(ROOMS);
const anyOf = (names: readonly string[]): string => `^(${names.join('|').replaceAll('.', '[.]')})/`;

const RULES: IFlattenedRuleSet = {
  forbidden: [
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `${room} imports only ${allowed.join(' and ') || 'itself'}`,
      severity: 'error' as const,
      from: { path: `^${room}/` },
      to: { path: anyOf([...rooms, ...OUTSIDE].filter((name) => name !== room && !allowed.includes(name))) },
    })),
    {
      name: 'a room is entered through its index.ts',
      severity: 'error',
      from: { path: '^([^/]+)/', pathNot: anyOf(OUTSIDE) },
      to: { path: anyOf(rooms), pathNot: ['^$1/', '^[^/]+/index[.]ts$'] },
    },
    {
      // The commands are loaded one by one: through the index every start would load the whole gateway.
      name: 'bin enters rooms by index.ts or cli',
      severity: 'error',
      from: { path: '^bin/' },
      to: { path: anyOf(rooms), pathNot: '^[^/]+/(index[.]ts$|version[.]ts$|cli/)' },
    },
    {
      // It has to run in a browser.
      name: 'protocol imports no Node module',
      severity: 'error',
      from: { path: '^protocol/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      // It runs in browsers, and is known by the HTTP API alone: of the gateway it knows how that is described.
      name: 'client imports nothing but types',
      severity: 'error',
      from: { path: '^client/' },
      to: { pathNot: '^client/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'what is shipped needs no development dependency',
      severity: 'error',
      from: { path: anyOf([...rooms, 'bin']) },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'every import resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      // Types that name each other are no cycle: nothing of them is left when the code runs.
      name: 'no import cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
};

export interface Cruise {
  /** Modules of ours that were examined. */
  readonly modules: number;
  /** Imports that the rules forbid: `rule: from → to`. */
  readonly violations: readonly string[];
}

const ours = new RegExp(anyOf([...rooms, ...OUTSIDE]));

/** Follows every import (type-only ones too) from `folders` below `baseDir` and applies the rules. */
export async function cruiseRooms(baseDir: string, folders: readonly string[]): Promise<Cruise> {
  // Without a TypeScript compiler it could read, the cruiser finds no modules and no fault.
  const typescript = getAvailableTranspilers().find(({ name }) => name === 'typescript');
  if (typescript?.available !== true) throw new Error('dependency-cruiser found no TypeScript compiler it can use');
  const { output } = await cruise([...folders], {
    baseDir,
    ruleSet: RULES,
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types'],
    },
  });
  const { modules, summary } = output as ICruiseResult;
  return {
    modules: modules.filter(({ source }) => ours.test(source)).length,
    violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  };
}
