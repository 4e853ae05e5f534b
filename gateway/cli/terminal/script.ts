/** The tool without a person: lines from `-e` or from a pipe, one after another. */
import { type Outcome, runLine } from './shell.ts';
import type { Tool } from './tool.ts';

/** Resolves with the exit code: that of the first line that failed, after which none is run unless `keepGoing`. */
export async function runScript(
  tool: Tool,
  lines: AsyncIterable<string> | Iterable<string>,
  options: { readonly signal: AbortSignal; readonly fault: (text: string) => void; readonly keepGoing: boolean },
): Promise<0 | 1 | 2> {
  let code: 0 | 1 | 2 = 0;
  for await (const line of lines) {
    if (options.signal.aborted) break;
    const outcome: Outcome = await runLine(tool, line, options);
    if (outcome === 'quit') break;
    if (outcome === 0) continue;
    if (code === 0) code = outcome;
    if (!options.keepGoing) break;
  }
  return code;
}
