import { Readable } from 'node:stream';
import {
  HttpClient,
  HttpRequest,
  HttpResponse,
  HttpStream,
} from 'backstage-plugin-kargo-node';

// Extensions and the plugin's own adapters speak HTTP by one contract.
export type {
  HttpClient,
  HttpHeaders,
  HttpMethod,
  HttpRequest,
  HttpResponse,
  HttpResponseHead,
  HttpStream,
} from 'backstage-plugin-kargo-node';

/** A request whose body may be too large to hold; a stream is sent once, and destroyed. */
export interface UploadRequest extends Omit<HttpRequest, 'body'> {
  body?: HttpRequest['body'] | Readable;
}

/** An {@link HttpClient} that also sends what is too large to hold. */
export interface UploadClient extends HttpClient {
  send(request: UploadRequest): Promise<HttpResponse>;
  open(request: UploadRequest): Promise<HttpStream>;
}
