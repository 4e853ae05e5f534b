/** Where trails are. */
import { join } from 'node:path';

/** The trail of a worker, in its data folder. */
export function trailPath(folder: string): string {
  return join(folder, 'audit.jsonl');
}

/** The trail of the process that leads several workers: logins on the broker. */
export function primaryTrailPath(data: string): string {
  return join(data, 'audit-primary.jsonl');
}

/** The trail of the commands that work on a data folder, apart from the gateway's, as one process writes a trail. */
export function toolTrailPath(data: string): string {
  return join(data, 'audit-commands.jsonl');
}
