/** Files that a long run is to write at its end: whether it can, before it begins. */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';

/** A line for each of `files`, by the flag that names it, whose folder is not there or takes no files. */
export function noRoomFor(files: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(files).flatMap(([flag, path]) => {
    if (path === undefined || path === '') return [];
    try {
      accessSync(dirname(path), constants.W_OK);
      return [];
    } catch {
      return [`--${flag}: is '${path}', expected a file in a folder that takes files`];
    }
  });
}
