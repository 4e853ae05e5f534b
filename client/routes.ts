/** What may be asked for, and what it is answered with: types of the gateway's own table of routes, so that nothing here can differ from it. */
import type { Static, TSchema } from 'typebox';
import type { ApiRoutes } from '../gateway/index.ts';

/** A route as `GET /api/v1/terminals/:terminal`. */
export type Route = keyof ApiRoutes;

/** Readonly all the way down: answers are values. */
type Frozen<T> = T extends (infer U)[]
  ? readonly Frozen<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

/** Parts of a query that the gateway fills in where they are missing. */
export type Defaulted = 'limit' | 'format' | 'kinds' | 'maxRate' | 'dryRun';

type Names<R> = R extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<`/${Rest}`>
  : R extends `${string}:${infer Name}`
    ? Name
    : never;

type Loose<Q> = Partial<Pick<Q, Extract<keyof Q, Defaulted>>> & Omit<Q, Defaulted | 'token'>;

type ParamsOf<R extends Route> = [Names<R>] extends [never]
  ? unknown
  : { readonly params: { readonly [N in Names<R>]: string } };

/** Part of an input, which may be left out where nothing in it is needed. */
type Part<K extends string, T> = object extends T ? { readonly [P in K]?: T } : { readonly [P in K]: T };

type QueryOf<R extends Route> = ApiRoutes[R] extends { readonly query: infer Q extends TSchema }
  ? Part<'query', Loose<Frozen<Static<Q>>>>
  : unknown;

/** A file, where the route takes one. */
export interface Upload {
  readonly type: string;
  readonly content: string | Uint8Array<ArrayBuffer> | Blob;
}

type BodyOf<R extends Route> = ApiRoutes[R] extends { readonly body: infer B extends TSchema }
  ? Part<'body', Frozen<Static<B>>>
  : ApiRoutes[R] extends { readonly takes: readonly string[] }
    ? { readonly upload: Upload }
    : unknown;

/** What goes along with any request. */
export interface Along {
  /** Ends the request. */
  readonly signal?: AbortSignal | undefined;
  /** `If-Match`: what is changed must be as it was read with this `ETag`; else it is refused, 412 `changed`. */
  readonly ifMatch?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What a route takes. */
export type Input<R extends Route> = Along & ParamsOf<R> & QueryOf<R> & BodyOf<R>;

/** What a route is answered with: JSON, nothing, or the response itself where it is a file. */
export type Answer<R extends Route> = ApiRoutes[R] extends { readonly answer: infer A extends TSchema }
  ? Frozen<Static<A>>
  : ApiRoutes[R] extends { readonly status: 204 }
    ? undefined
    : Response;

/** Routes that are answered with pages. */
export type PagedRoute = {
  [R in Route]: Answer<R> extends { readonly items: readonly unknown[]; readonly next: unknown } ? R : never;
}[Route];

/** What the pages of a route hold. */
export type Item<R extends PagedRoute> = Answer<R> extends { readonly items: readonly (infer I)[] } ? I : never;
