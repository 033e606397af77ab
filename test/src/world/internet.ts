import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { generate } from 'selfsigned';

/**
 * Where requests for a host go: the address of a server on this machine, with the path that
 * comes in front of the one that was asked for.
 */
export type PlayedHost = (path: string) => string | undefined;

/**
 * The part of the internet that a pipeline needs, behind a proxy of this machine that breaks
 * TLS open as a company's does: URLs stay as they are, and servers of the test world answer.
 */
export interface Internet {
  /** What a process needs in its environment to be behind the proxy. */
  readonly environment: Readonly<Record<string, string>>;
  /** `host path` of requests that nobody answers. */
  readonly unanswered: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Starts the proxy for the hosts given; all others cannot be reached. */
export async function startInternet(options: {
  /** Folder for the certificate that clients have to trust. */
  readonly stateDir: string;
  readonly hosts: ReadonlyMap<string, PlayedHost>;
}): Promise<Internet> {
  const { hosts, stateDir } = options;
  const unanswered = new Set<string>();
  const sockets = new Set<Socket>();
  const certificate = await createCertificate([...hosts.keys()]);
  const certificateFile = join(stateDir, 'internet.pem');
  await writeFile(certificateFile, certificate.cert);

  const answer = (
    host: string,
    path: string,
    message: IncomingMessage,
    response: ServerResponse,
  ) => {
    const target = hosts.get(host)?.(path);
    if (target === undefined) {
      unanswered.add(`${host}${path}`);
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end(`nobody plays ${host}${path}\n`);
      return;
    }
    forward(target, message, response);
  };
  const inside = createHttpsServer(
    { key: certificate.private, cert: certificate.cert },
    (message, response) =>
      answer(
        nameOf(message.headers.host),
        message.url ?? '/',
        message,
        response,
      ),
  );
  const proxy = createServer((message, response) => {
    const url = new URL(message.url ?? '/', 'http://127.0.0.1');
    answer(url.hostname, `${url.pathname}${url.search}`, message, response);
  });
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Clients hang up whenever they like.
    socket.on('error', () => {});
  };
  proxy.on('connection', keep);
  proxy.on('connect', (message: IncomingMessage, socket: Socket) => {
    const host = nameOf(message.url);
    if (!hosts.has(host)) {
      unanswered.add(host);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    inside.emit('connection', socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    environment: {
      http_proxy: url,
      https_proxy: url,
      no_proxy: '127.0.0.1,localhost',
      NODE_EXTRA_CA_CERTS: certificateFile,
      // Those of this machine do not know the certificate.
      SSL_CERT_FILE: '',
      SSL_CERT_DIR: '',
      GIT_SSL_CAINFO: '',
    },
    unanswered,
    async close() {
      sockets.forEach(socket => socket.destroy());
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

/** A certificate of all hosts, which is its own authority. */
export function createCertificate(hosts: readonly string[]) {
  return generate([{ name: 'commonName', value: 'Test world' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map(value => ({ type: 2 as const, value })),
      },
    ],
  });
}

function forward(
  target: string,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  const { method, headers } = message;
  const { host, ...rest } = headers;
  const onward = httpRequest(target, { method, headers: rest });
  const giveUp = () => response.destroy();
  onward.on('error', giveUp);
  onward.on('response', reply => {
    // Who asked may be gone: then there is nothing to pipe into.
    if (response.destroyed) {
      reply.destroy();
      return;
    }
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    pipeline(reply, response, () => {});
  });
  pipeline(message, onward, () => {});
}

/** A host without its port. */
function nameOf(authority: string | undefined): string {
  return (authority ?? '').replace(/:\d+$/, '').toLowerCase();
}
