/** Parts of which answers are described. What has a title becomes a component of the description, named by it. */
import { type TSchema, Type } from 'typebox';

export const instant = (description: string) => Type.String({ format: 'date-time', description });
export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
/** One of these words; the static type of a union that is made of a list would be lost. */
export const oneOf = <const T extends string | number>(values: readonly T[], description?: string) =>
  Type.Unsafe<T>({ enum: [...values], ...(description === undefined ? {} : { description }) });
export const words = () => Type.Object({ 'zh-CN': Type.String(), en: Type.String() });
export const names = (description: string) => Type.Array(Type.String(), { description });
export const DIVISION = Type.String({ description: 'GB/T 2260 code of six digits; `000000` while unknown.' });
export const TERMINAL = Type.String({ description: 'Phone number of the terminal without leading zeros.' });
export const VEHICLE = nullable(Type.String({ description: 'Plate.' }));

/** A page of a list whose cursors are text. */
export const pageOf = <S extends TSchema>(item: S) =>
  Type.Object({
    items: Type.Array(item),
    next: nullable(Type.String({ description: '`cursor` of the next page; null is the end.' })),
  });

/** A page of a list that is numbered; a gateway of several workers joins their cursors to a text. */
export const numberedPageOf = <S extends TSchema>(item: S) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.Integer(), Type.String(), Type.Null()], {
      description: '`cursor` of the next page; null is the end.',
    }),
  });

/** A list without pages. */
export const allOf = <S extends TSchema>(item: S) => Type.Object({ items: Type.Array(item) });
