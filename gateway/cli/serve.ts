/** `xingji serve`: the gateway, until it is told to stop. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { formatFault, loadConfig } from '../config/load.ts';
import { CONFIG_FLAGS } from '../config/settings.ts';
import { type Gateway, startGateway } from '../main.ts';
import { createLogger } from '../observe/log.ts';
import { processClock } from '../process-clock.ts';

const EXIT_CONFIGURATION = 2;
/** Stopping in order takes less; what takes longer is cut off. */
const STOP_MS = 5000;

/** Adds the command `serve`. */
export function registerServe(program: Command): void {
  const command = program
    .command('serve')
    .description('the gateway: takes terminals, keeps a journal, delivers to MQTT and InfluxDB')
    .option('-c, --config <FILE>', 'settings in a YAML file');
  for (const { flags, description } of CONFIG_FLAGS) command.option(flags, description);
  command
    .addHelpText(
      'after',
      `
Every setting can also stand in the YAML file or in the environment (XINGJI_DATA, XINGJI_MQTT_URL, …);
flags win over the environment, the environment over the file.

Example:
  xingji serve --data ./data --influx-url http://127.0.0.1:8428 --mqtt-url mqtt://broker.example:1883`,
    )
    .action(async (flags: Record<string, unknown>) => {
      const { config: file, ...settings } = flags;
      const loaded = loadConfig({
        file: file as string | undefined,
        env: process.env,
        flags: settings,
        cores: availableParallelism(),
      });
      if ('faults' in loaded) {
        for (const fault of loaded.faults) process.stderr.write(`${formatFault(fault)}\n`);
        process.exitCode = EXIT_CONFIGURATION;
        return;
      }
      const { config } = loaded;
      const log = createLogger({ level: config.log.level, node: config.node, clock: processClock });
      let gateway: Gateway;
      try {
        gateway = await startGateway(config, log);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = EXIT_CONFIGURATION;
        return;
      }
      // Whoever waits for the greeting may send the signal at once.
      const stopped = stopSignal();
      greet(gateway);
      await stopped;
      const cut = setTimeout(() => process.exit(1), STOP_MS);
      await gateway.stop();
      clearTimeout(cut);
      log.flush();
      process.exit(0);
    });
}

const REFUSALS: ReadonlySet<string> = new Set([
  'ListenError',
  'JournalError',
  'BridgeError',
  'AccessError',
  'RegistryError',
  'WorkerError',
]);

/** What keeps a gateway from starting and is for the operator to mend: an address, a data folder, a certificate. */
function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, name } = error as Error & { code?: unknown };
  if (REFUSALS.has(name)) return true;
  return typeof code === 'string' && (code.startsWith('E') || code === 'DATA_NEWER');
}

function greet({ ready }: Gateway): void {
  const { stdout } = process;
  if (stdout.isTTY) {
    stdout.write(`\n  Xingji 行迹\n\n`);
    stdout.write(`  terminals  JT/T 808  tcp+udp ${ready.jt808}\n`);
    stdout.write(`  platforms  MQTT      ${ready.mqtt.url}\n`);
    stdout.write(`  operators  console   ${ready.console}\n\n`);
  }
  stdout.write(`ready ${JSON.stringify(ready)}\n`);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      // Whoever asks twice does not want to wait.
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
