/** What the commands that work on a registry share: where it is, who works on it, how they end. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { registryPath } from '../feed/open-feeds.ts';
import { RegistryError } from '../registry/errors.ts';
import { type Author, openRegistryFile, type RegistryFile } from '../registry/store/registry-file.ts';

/** Whoever may write the data folder may state facts of everywhere; the trail has the name of the user. */
export function authorHere(): Author {
  return { who: `cli:${userInfo().username}`, prefix: '', at: Date.now() };
}

/** Opens the registry of a data folder, hands it to `work` and closes it. Beside a running gateway, which takes changes up within a second. */
export async function withRegistry(
  dataDir: string,
  work: (registry: RegistryFile) => Promise<void> | void,
): Promise<void> {
  if (!existsSync(dataDir)) {
    console.error(`--data: there is no folder ${dataDir}, expected the data folder of a gateway`);
    process.exitCode = 1;
    return;
  }
  let registry: RegistryFile | undefined;
  try {
    registry = openRegistryFile(registryPath(dataDir));
    await work(registry);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    console.error(error.code === 'REGISTRY_REFUSED' ? error.faults.join('\n') : `${error.code}: ${error.message}`);
    process.exitCode = error.code === 'REGISTRY_NEWER' ? 2 : 1;
  } finally {
    registry?.close();
  }
}

/** How far a long piece of work is, on stderr, where that is a terminal. */
export function progressBar(what: string): { show(done: number, total?: number): void; end(): void } {
  const { stderr } = process;
  const shown = stderr.isTTY && (process.env['TERM'] ?? '') !== 'dumb';
  const WIDTH = 30;
  return {
    show(done, total) {
      if (!shown) return;
      const full = total === undefined || total === 0 ? 0 : Math.round((WIDTH * done) / total);
      const bar = total === undefined ? '' : ` [${'#'.repeat(full).padEnd(WIDTH, '.')}]`;
      stderr.write(`\r\u001b[2K${what}${bar} ${done.toLocaleString('en')}`);
    },
    end() {
      if (shown) stderr.write('\r\u001b[2K');
    },
  };
}
