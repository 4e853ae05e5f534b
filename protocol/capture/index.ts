/** What passed between terminals and platforms, as files that Wireshark opens, and back. */
export { type CapturedCounts, type CapturedFrame, CapturedFrames } from './captured-frames.ts';
export type { CaptureCounts } from './captured-streams.ts';
export { type CapturedChunk, type CaptureEnd, CaptureError, type CaptureWay } from './packet.ts';
export { type CaptureSource, PcapngWriter } from './pcapng-writer.ts';
