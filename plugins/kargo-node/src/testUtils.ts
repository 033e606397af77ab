/**
 * Helpers for testing extensions of the Kargo backend plugin.
 *
 * @packageDocumentation
 */
export * from './testing/fakeGit';
export * from './testing/fakeHttp';
export * from './testing/fakePrograms';
export * from './testing/fakeStepContext';
export * from './testing/runStep';
