import { resolve } from 'node:path';
import { repositoryRoot } from './paths';

/** Ports of the demo on 127.0.0.1; 0 takes a free one. */
export interface DemoPorts {
  readonly portal: number;
  readonly git: number;
  readonly registry: number;
  readonly charts: number;
}

/** Where the demo keeps its state and listens. */
export interface DemoSettings {
  readonly stateDir: string;
  readonly ports: DemoPorts;
  /** The static token programs use against the portal's API. */
  readonly token: string;
}

/**
 * Reads the demo's settings from the environment.
 *
 * @remarks
 * `KARGO_DEMO_STATE` (folder, `.demo` unless told), `KARGO_DEMO_PORT`,
 * `KARGO_DEMO_GIT_PORT`, `KARGO_DEMO_REGISTRY_PORT`, `KARGO_DEMO_CHARTS_PORT`,
 * and `KARGO_DEMO_TOKEN`. The default token is no secret: the demo listens on
 * loopback only.
 */
export function readDemoSettings(
  environment: NodeJS.ProcessEnv = process.env,
): DemoSettings {
  const port = (name: string, fallback: number) => {
    const text = environment[name];
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0 || value > 65535) {
      throw new Error(`${name} must be a port number, not '${text}'`);
    }
    return value;
  };
  return {
    stateDir: resolve(repositoryRoot, environment.KARGO_DEMO_STATE || '.demo'),
    ports: {
      portal: port('KARGO_DEMO_PORT', 7007),
      git: port('KARGO_DEMO_GIT_PORT', 7030),
      registry: port('KARGO_DEMO_REGISTRY_PORT', 7050),
      charts: port('KARGO_DEMO_CHARTS_PORT', 7080),
    },
    token: environment.KARGO_DEMO_TOKEN || 'kargo-demo-token',
  };
}
