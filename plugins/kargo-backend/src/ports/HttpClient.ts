// Extensions and the plugin's own adapters speak HTTP by one contract.
export type {
  HttpClient,
  HttpHeaderList,
  HttpHeaders,
  HttpMethod,
  HttpRedirect,
  HttpRequest,
  HttpResponse,
  HttpResponseHead,
  HttpStream,
} from 'backstage-plugin-kargo-node';
