import { toHelmError } from './helmFailure';

describe('toHelmError', () => {
  it.each([
    'http://charts.example gave no index: failed to fetch http://charts.example/index.yaml : 500 Internal Server Error; Error: no cached repository for repository-0 found.',
    'Error: could not download http://charts.example/a-1.0.0.tgz: failed to fetch http://charts.example/a-1.0.0.tgz : 429 Too Many Requests',
    'Error: could not download oci://r.example/a: failed to perform "FetchReference" on source: GET "https://r.example/v2/a/manifests/1.0.0": response status code 503: Service Unavailable',
    'Error: GET "https://r.example/v2/a/tags/list": GET "https://r.example/v2/a/tags/list": unexpected status code 502: Bad Gateway',
    'http://charts.example gave no index: Get "http://charts.example/index.yaml": EOF; Error: no cached repository',
    'http://charts.example gave no index: unexpected EOF; Error: no cached repository',
    'Error: could not download http://charts.example/a-1.0.0.tgz: unexpected EOF',
    'http://charts.example gave no index: Get "http://charts.example/index.yaml": dial tcp 10.0.0.1:80: connect: connection refused; Error: x',
    'https://charts.example gave no index: Get "https://charts.example/index.yaml": Bad Gateway; Error: x',
    'https://charts.example gave no index: Get "https://charts.example/index.yaml": connect ECONNREFUSED 10.0.0.1:443; Error: x',
    'https://charts.example gave no index: Get "https://charts.example/index.yaml": no answer in time; Error: x',
    'https://charts.example gave no index: Get "https://charts.example/index.yaml": net/http: TLS handshake timeout; Error: x',
    'Error: context deadline exceeded',
    'http://charts.example gave no index: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type repo.IndexFile; Error: x',
    'http://charts.example gave no index: error converting YAML to JSON: yaml: control characters are not allowed; Error: x',
    'what came for a-1.0.0.tgz is no chart: it does not appear to be a gzipped archive',
    'Error: failed to resolve r.example/a:1.0.0: GET "https://r.example/v2/a/manifests/1.0.0": invalid response `Content-Type` header; mime: no media type',
    'Error: could not download oci://r.example/a: failed to perform "Successors" on source: mismatched digest',
    'Error: could not download oci://r.example/a: failed to perform "Fetch" on source: GET "https://r.example/v2/a/blobs/sha256:12": mismatch Content-Length',
  ])('tries again after %s', said => {
    expect(toHelmError('"helm"', said)).toMatchObject({
      name: 'UpstreamUnavailableError',
      message: `"helm" failed: ${said}`,
    });
  });

  it.each([
    'http://charts.example gave no index: failed to fetch http://charts.example/index.yaml : 404 Not Found; Error: x',
    'http://charts.example gave no index: failed to fetch http://charts.example/index.yaml : 401 Unauthorized; Error: x',
    'http://charts.example gave no index: failed to fetch http://charts.example/index.yaml : 502 10.0.0.1 is a private address, which the portal does not connect to; an operator can allow it in kargo.egress',
    'Error: could not download oci://r.example/a: failed to perform "FetchReference" on source: r.example/a:500: not found',
    'Error: can\'t get a valid version for 1 subchart(s): "a" (repository "http://charts.example", version "5.0.0")',
    'https://charts.example gave no index: Get "https://charts.example/index.yaml": http: server gave HTTP response to HTTPS client; Error: x',
  ])('has nothing to wait for after %s', said => {
    expect(toHelmError('"helm"', said)).toMatchObject({
      name: 'Error',
      message: `"helm" failed: ${said}`,
    });
  });

  it('names the host that did not answer', () => {
    const said = 'Get "https://charts.example:8443/index.yaml": EOF';
    expect(toHelmError('"helm"', said)).toMatchObject({
      host: 'charts.example:8443',
    });
  });
});
