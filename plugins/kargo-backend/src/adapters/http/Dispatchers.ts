import { Agent, buildConnector, Dispatcher, Pool, ProxyAgent } from 'undici';
import { LRUCache } from 'lru-cache';
import { HttpRequest } from '../../ports/HttpClient';
import { EgressRules } from './EgressPolicy';
import {
  createGuardedConnector,
  createGuardedLookup,
  EgressRefusedError,
  refuseGuardedHost,
} from './guardedConnector';
import { compileProxies, FindProxy, Proxies, toProxyTarget } from './proxies';
import {
  isBrokenConnection,
  ProxyHungUpError,
  ProxyRefusedError,
  ProxyUnreachableError,
} from './transportError';
import { findAuthorization } from './userinfo';

const MAX_DISPATCHERS = 64;

/** How connections are made. */
export interface DispatchersOptions {
  /** Time to connect, in milliseconds; 10 seconds unless told. */
  connectTimeoutMs?: number;
  /** The portal's own proxies; their addresses need no permission. */
  proxies?: Proxies;
  /** Connections to one host at a time; 32 unless told. */
  connectionsPerHost?: number;
}

/** Tunnels of a proxy, with errors that tell what it did instead of opening one. */
class ProxyPool extends Pool {
  async connect(
    options: Omit<Dispatcher.ConnectOptions, 'origin'>,
  ): Promise<Dispatcher.ConnectData> {
    const answer = await super.connect(options).catch(error => {
      throw nameUnreachable(nameHungUp(error));
    });
    if (answer.statusCode === 200) return answer;
    answer.socket.on('error', () => {}).destroy();
    throw new ProxyRefusedError(answer.statusCode);
  }
}

/** The connections that requests go over, directly or by proxies, all of them guarded. */
export class Dispatchers {
  readonly #options: DispatchersOptions;
  readonly #rules: EgressRules;
  readonly #findProxy: FindProxy;
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
    this.#findProxy = compileProxies(options.proxies);
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
    const { proxy } = request;
    return proxy === undefined
      ? this.#keep(`${isInsecure}`, () => this.#createAgent(isInsecure))
      : this.#keep(`${isInsecure} ${proxy}`, () =>
          this.#createGuardedProxyAgent(new URL(proxy), isInsecure),
        );
  }

  #keep(key: string, create: () => Dispatcher): Dispatcher {
    const dispatcher = this.#known.get(key) ?? create();
    this.#known.set(key, dispatcher);
    return dispatcher;
  }

  #createAgent(isInsecure: boolean): Dispatcher {
    const agent = new Agent({
      connect: createGuardedConnector(this.#rules, {
        timeout: this.#connectTimeoutMs,
        rejectUnauthorized: !isInsecure,
      }),
      ...this.#pooling,
    });
    if (!this.#options.proxies) return agent;
    return agent.compose(dispatch => (request, handler) => {
      const target = toProxyTarget(new URL(String(request.origin)));
      // For `fetch`, which does not pass by where other requests are judged.
      refuseGuardedHost(this.#rules, target.host);
      const proxy = this.#findProxy(target);
      return proxy
        ? this.#portalsProxy(proxy, isInsecure).dispatch(request, handler)
        : dispatch(request, handler);
    });
  }

  #portalsProxy(proxy: URL, isInsecure: boolean): Dispatcher {
    return this.#keep(`portal ${isInsecure} ${proxy.href}`, () =>
      this.#createProxyAgent(proxy, isInsecure, {}),
    );
  }

  /** Behind a proxy only the proxy's own address can be judged: it is the proxy that connects. */
  #createGuardedProxyAgent(proxy: URL, isInsecure: boolean): Dispatcher {
    refuseGuardedHost(this.#rules, proxy.hostname);
    return this.#createProxyAgent(proxy, isInsecure, {
      lookup: createGuardedLookup(this.#rules),
    });
  }

  /**
   * How proxies are spoken with: plain HTTP by requests for the whole URL, as Go and curl
   * do, everything else through a tunnel that has to open as fast as a connection.
   */
  #createProxyAgent(
    proxy: URL,
    isInsecure: boolean,
    proxyTls: object,
  ): Dispatcher {
    const uri = new URL(proxy);
    uri.username = '';
    uri.password = '';
    return new ProxyAgent({
      ...this.#pooling,
      uri: uri.href,
      token: findAuthorization(proxy),
      proxyTls: {
        timeout: this.#connectTimeoutMs,
        ...proxyTls,
      } as buildConnector.BuildOptions,
      requestTls: { rejectUnauthorized: !isInsecure },
      proxyTunnel: false,
      clientFactory: (origin: URL, options: object): Dispatcher =>
        new ProxyPool(origin, {
          ...options,
          headersTimeout: this.#connectTimeoutMs,
        }),
      factory: (origin: string | URL, options: object): Dispatcher =>
        new Pool(
          origin,
          withErrors(options, error =>
            String(origin) === uri.href
              ? nameUnreachable(nameHungUp(error))
              : nameHungUp(error),
          ),
        ),
    });
  }

  get #pooling() {
    return {
      connections: this.#options.connectionsPerHost ?? 32,
      keepAliveTimeout: 30_000,
    };
  }

  get #connectTimeoutMs(): number {
    return this.#options.connectTimeoutMs ?? 10_000;
  }
}

/** Lets the connections of a pool fail with other errors. */
function withErrors(
  options: Pool.Options,
  rename: (error: Error) => Error,
): Pool.Options {
  const { connect } = options;
  if (typeof connect !== 'function') return options;
  return {
    ...options,
    connect: (target, callback) =>
      connect(target, (error, socket) => {
        if (error) callback(rename(error), null);
        else callback(null, socket);
      }),
  };
}

/**
 * An error of its own where a proxy hung up: a pool takes a dropped connection for one that
 * was kept too long and connects again, for as long as the proxy goes on hanging up.
 */
function nameHungUp(error: Error): Error {
  return isBrokenConnection(error) ? new ProxyHungUpError(error) : error;
}

/** Where the proxy itself is not reached, the host that is asked for is not to blame. */
function nameUnreachable(error: Error): Error {
  const isNamed =
    error instanceof ProxyHungUpError || error instanceof EgressRefusedError;
  return isNamed ? error : new ProxyUnreachableError(error);
}
