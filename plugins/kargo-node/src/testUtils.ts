/**
 * Helpers for testing extensions of the Kargo backend plugin.
 *
 * @packageDocumentation
 */
export * from './testing/fakeStepContext';
export * from './testing/runStep';
