import {
  Agent,
  buildConnector,
  Dispatcher,
  EnvHttpProxyAgent,
  Pool,
  ProxyAgent,
} from 'undici';
import { LRUCache } from 'lru-cache';
import { HttpRequest } from '../../ports/HttpClient';
import { EgressRules } from './EgressPolicy';
import {
  createGuardedConnector,
  createGuardedLookup,
  refuseGuardedHost,
} from './guardedConnector';
import { isBrokenConnection, ProxyHungUpError } from './transportError';

const MAX_DISPATCHERS = 64;

/** How connections are made. */
export interface DispatchersOptions {
  /** Time to connect, in milliseconds; 10 seconds unless told. */
  connectTimeoutMs?: number;
  /** The portal's own proxies, as the environment variables of the same sense name them. */
  proxies?: { http?: string; https?: string; except?: string };
  /** Connections to one host at a time; 32 unless told. */
  connectionsPerHost?: number;
}

/** The connections that requests go over, directly or by proxies, all of them guarded. */
export class Dispatchers {
  readonly #options: DispatchersOptions;
  readonly #rules: EgressRules;
  /**
   * By certificate check and proxy; connections may be shared only within. Who writes
   * manifests chooses the proxies, as many as they like.
   */
  readonly #known = new LRUCache<string, Dispatcher>({
    max: MAX_DISPATCHERS,
    // Requests in flight go on; their connections close after them.
    dispose: dispatcher => {
      dispatcher.close().catch(() => {});
    },
  });

  constructor(options: DispatchersOptions, rules: EgressRules) {
    this.#options = options;
    this.#rules = rules;
  }

  /** Closes idle connections and waits for the requests in flight. */
  async close(): Promise<void> {
    const dispatchers = [...this.#known.values()];
    await Promise.all(dispatchers.map(dispatcher => dispatcher.close()));
    this.#known.clear();
  }

  for(
    request: Pick<HttpRequest, 'insecureSkipTLSVerify' | 'proxy'>,
  ): Dispatcher {
    const isInsecure = request.insecureSkipTLSVerify === true;
    const key = `${isInsecure} ${request.proxy ?? ''}`;
    const known = this.#known.get(key);
    if (known) return known;
    const dispatcher = request.proxy
      ? this.#createProxyAgent(request.proxy, isInsecure)
      : this.#createAgent(isInsecure);
    this.#known.set(key, dispatcher);
    return dispatcher;
  }

  #createAgent(isInsecure: boolean): Dispatcher {
    const options: Agent.Options = {
      connect: createGuardedConnector(this.#rules, {
        timeout: this.#connectTimeoutMs,
        rejectUnauthorized: !isInsecure,
      }),
      connections: this.#options.connectionsPerHost ?? 32,
      keepAliveTimeout: 30_000,
    };
    const { proxies } = this.#options;
    if (!proxies) return new Agent(options);
    // The operator chose these proxies: their addresses need no permission.
    const agent = new EnvHttpProxyAgent({
      ...options,
      httpProxy: proxies.http ?? '',
      httpsProxy: proxies.https ?? '',
      noProxy: proxies.except ?? '',
      requestTls: { rejectUnauthorized: !isInsecure },
      ...this.#proxying,
    });
    // For `fetch`, which does not pass by where other requests are judged.
    return agent.compose(dispatch => (request, handler) => {
      const { hostname } = new URL(String(request.origin));
      refuseGuardedHost(this.#rules, hostname);
      return dispatch(request, handler);
    });
  }

  /** Behind a proxy only the proxy's own address can be judged: it is the proxy that connects. */
  #createProxyAgent(proxy: string, isInsecure: boolean): Dispatcher {
    refuseGuardedHost(this.#rules, new URL(proxy).hostname);
    return new ProxyAgent({
      uri: proxy,
      proxyTls: {
        timeout: this.#connectTimeoutMs,
        lookup: createGuardedLookup(this.#rules),
      } as buildConnector.BuildOptions,
      requestTls: { rejectUnauthorized: !isInsecure },
      ...this.#proxying,
    });
  }

  /**
   * How proxies are spoken with: plain HTTP by requests for the whole URL, as Go and curl
   * do, everything else through a tunnel that has to open as fast as a connection.
   */
  get #proxying() {
    return {
      proxyTunnel: false,
      clientFactory: (origin: URL, options: object): Dispatcher =>
        new Pool(origin, {
          ...options,
          headersTimeout: this.#connectTimeoutMs,
        }),
      factory: (origin: string | URL, options: object): Dispatcher =>
        new Pool(origin, nameDroppedTunnels(options)),
    };
  }

  get #connectTimeoutMs(): number {
    return this.#options.connectTimeoutMs ?? 10_000;
  }
}

/**
 * Lets the connections of a pool fail with an error of its own where a proxy hung up.
 *
 * @remarks
 * A pool takes a dropped connection for one that was kept too long and connects again,
 * for as long as the proxy goes on hanging up.
 */
function nameDroppedTunnels(options: Pool.Options): Pool.Options {
  const { connect } = options;
  if (typeof connect !== 'function') return options;
  return {
    ...options,
    connect: (target, callback) =>
      connect(target, (error, socket) => {
        if (!error) callback(null, socket);
        else if (isBrokenConnection(error)) {
          callback(new ProxyHungUpError(error), null);
        } else callback(error, null);
      }),
  };
}
