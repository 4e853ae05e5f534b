/** A media folder in memory that survives the process, and that can be full or slow. */
import type { MediaDay, MediaDisk } from '../../../gateway/media/media-disk.ts';

export class MemoryMedia {
  readonly files = new Map<string, Uint8Array>();
  /** Every write fails. */
  full = false;
  /** Resolves before a write ends; a test may hold it. */
  gate: Promise<void> = Promise.resolve();
  #process = 0;

  /** The folder as a new process sees it. */
  disk(): MediaDisk {
    const process = ++this.#process;
    const alive = async (): Promise<void> => {
      if (process !== this.#process) await new Promise<never>(() => {});
    };
    return {
      keep: async (place, data) => {
        await this.gate;
        await alive();
        if (this.full) throw new Error('no space left');
        const fresh = this.files.get(place)?.length !== data.length;
        this.files.set(place, data);
        return fresh;
      },
      days: async () => {
        await alive();
        const days = new Map<string, MediaDay>();
        for (const [place, { length }] of this.files) {
          const [terminal = '', date = ''] = place.split('/');
          const bytes = (days.get(`${terminal}/${date}`)?.bytes ?? 0) + length;
          days.set(`${terminal}/${date}`, { terminal, date, bytes });
        }
        return [...days.values()];
      },
      remove: async ({ terminal, date }) => {
        await alive();
        for (const place of this.files.keys()) if (place.startsWith(`${terminal}/${date}/`)) this.files.delete(place);
      },
    };
  }

  /** As SIGKILL: what is under way never ends. */
  cut(): void {
    this.#process++;
  }
}
