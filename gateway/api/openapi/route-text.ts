/** What is said of a route. */
import type { TSchema } from 'typebox';

export interface RouteText {
  readonly summary: string;
  /** Status of a request that was served; 200 unless given. */
  readonly status?: 201 | 202 | 204 | 303;
  /** Schema of the JSON that it is answered with. */
  readonly answer?: TSchema;
  /** Other media types of the answer, or the only ones where there is no JSON. */
  readonly types?: readonly string[];
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** What the body is described as, where that is more than it is checked with. */
  readonly said?: TSchema;
  /** Media types of the body, where it is no JSON. */
  readonly takes?: readonly string[];
  /** Statuses of its own with which it refuses, beside those that all have. */
  readonly refuses?: readonly (401 | 403 | 404 | 409 | 412 | 415 | 416 | 422 | 503)[];
  /** Whether the answer has an `ETag`, and `If-None-Match` is answered 304. */
  readonly etag?: true;
}
