import { readJson } from '../../foreign/json';
import { DATA_LIMITS } from '../../foreign/limits';
import { HttpClient, HttpRequest } from '../../ports/HttpClient';

/** A client whose requests, and the reading of answers, end with a signal, whatever else ends them. */
export function bindSignal(http: HttpClient, signal: AbortSignal): HttpClient {
  const bound = (request: HttpRequest): HttpRequest => ({
    ...request,
    signal: request.signal ? AbortSignal.any([signal, request.signal]) : signal,
  });
  return {
    send: request => http.send(bound(request)),
    open: request => http.open(bound(request)),
    readJson: body => readJson(body, DATA_LIMITS, { signal }),
  };
}
