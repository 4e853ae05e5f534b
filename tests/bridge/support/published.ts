import type { Publisher } from '../../../bridge/index.ts';

/** Resolves when the broker has taken it, rejects with what became of it. */
export function published(
  publisher: Publisher,
  topic: string,
  payload: string,
  { retain }: { readonly retain: boolean } = { retain: false },
): Promise<void> {
  return new Promise((resolve, reject) => {
    publisher.publish({ topic, payload, retain }, (fault) => (fault === undefined ? resolve() : reject(fault)));
  });
}
