export interface Config {
  acme?: {
    releaseNotes: {
      /** Where the service of release notes answers, without a slash at its end. */
      baseUrl: string;
    };
  };
}
