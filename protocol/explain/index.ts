/** What every octet of a frame means. */
export { type ExplainOptions, explainFrameHex, explainFrames } from './explain.ts';
export type { ExplainedField, Explanation } from './field.ts';
