/** The portal's environment variables that providers read, as Argo Rollouts reads its own. */
export type MetricEnvironment = Readonly<Record<string, string | undefined>>;
