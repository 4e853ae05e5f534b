/** The part of buffer-layout 1.2 that we use: it ships no types. */
declare module 'buffer-layout' {
  interface Layout<T> {
    readonly span: number;
    decode(b: Uint8Array, offset?: number): T;
  }
  export function u8(property?: string): Layout<number>;
  export function u16be(property?: string): Layout<number>;
  export function u32be(property?: string): Layout<number>;
  export function s16be(property?: string): Layout<number>;
  export function blob(length: number, property?: string): Layout<Uint8Array>;
  export function struct(fields: readonly Layout<unknown>[], property?: string): Layout<Record<string, unknown>>;
}
