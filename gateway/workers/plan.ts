/** From the configuration of a gateway to those of its workers: each has its own data folder and its share of every bound. */
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { SeatPlan } from './messages.ts';
import { partitionPath, partitionsOn } from './partitions.ts';

/** True where one process does it all: one worker, and no other has left data. */
export function servesAlone(config: Config): boolean {
  return config.workers === 1 && partitionsOn(config.data).length === 1;
}

/** One plan a worker, by their numbers: those that own terminals, then those that only serve what is left. `doors`: a folder for their doors. */
export function planSeats(
  config: Config,
  {
    doors,
    broker,
    frontSecret,
  }: {
    readonly doors: string;
    readonly broker?: { readonly url: string; readonly address: string } | undefined;
    readonly frontSecret: string;
  },
): readonly SeatPlan[] {
  const last = Math.max(config.workers - 1, ...partitionsOn(config.data));
  return Array.from({ length: last + 1 }, (_, worker) => ({
    worker,
    workers: config.workers,
    root: config.data,
    config: share(config, worker),
    door: join(doors, String(worker)),
    frontSecret,
    ...(broker === undefined ? {} : { broker: { url: broker.url, address: broker.address } }),
  }));
}

function share(config: Config, worker: number): Config {
  const { workers, jt808, journal, media, parts } = config;
  const part = (whole: number): number => Math.ceil(whole / workers);
  const { attachments, serial: _primary, ...rest } = config;
  const { tls: _front, ...plainHttp } = config.http;
  return {
    ...rest,
    ...(attachments === undefined
      ? {}
      : {
          attachments: {
            ...attachments,
            maxConnections: part(attachments.maxConnections),
            maxTotalSize: part(attachments.maxTotalSize),
          },
        }),
    // Two connections with one name would end each other at an external broker.
    node: worker === 0 ? config.node : `${config.node}-${worker}`,
    data: partitionPath(config.data, worker),
    jt808: {
      ...jt808,
      maxConnections: part(jt808.maxConnections),
      linksPerSecond: part(jt808.linksPerSecond),
    },
    // The primary answers at the address of the configuration.
    http: { ...plainHttp, listen: { host: '127.0.0.1', port: 0 } },
    journal: { ...journal, retainSize: part(journal.retainSize) },
    media: { ...media, retainSize: part(media.retainSize) },
    parts: { ...parts, memory: part(parts.memory), maxStored: part(parts.maxStored) },
  };
}
