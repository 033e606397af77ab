import { Freight, PromotionStatus } from 'backstage-plugin-kargo-common';
import {
  abortedStatus,
  overfullStatus,
  runningStatus,
  unreadableStatus,
} from './passStatus';

const NOW = '2026-03-01T12:00:00Z';

const running: PromotionStatus = {
  phase: 'Running',
  currentStep: 1,
  state: { clone: { commit: 'abc' } },
  nextCheckAt: NOW,
  stepExecutionMetadata: [
    { alias: 'clone', status: 'Succeeded' },
    { alias: 'push', status: 'Running', message: 'waits' },
  ],
};

describe('the end of a Promotion', () => {
  it.each([
    [
      'says who aborted it, and keeps what its steps have said',
      abortedStatus(running, 'user:default/ana', NOW),
      {
        phase: 'Aborted',
        message: 'Promotion terminated by user:default/ana',
        state: { clone: { commit: 'abc' } },
      },
      { status: 'Aborted', message: 'waits' },
    ],
    [
      'leaves out what there is no room for',
      overfullStatus(running, 'it would take 2 MiB', NOW),
      { phase: 'Errored', message: 'it would take 2 MiB', state: undefined },
      { status: 'Errored', message: 'waits' },
    ],
    [
      'says at its step that earlier outputs cannot be read',
      unreadableStatus(running, 'no key fits', NOW),
      {
        phase: 'Errored',
        message: 'no key fits',
        state: { clone: { commit: 'abc' } },
      },
      { status: 'Errored', message: 'no key fits' },
    ],
  ])('%s', (_, ended, status, step) => {
    expect(ended).toEqual({
      ...running,
      ...status,
      nextCheckAt: undefined,
      finishedAt: NOW,
      stepExecutionMetadata: [
        { alias: 'clone', status: 'Succeeded' },
        { alias: 'push', finishedAt: NOW, ...step },
      ],
    });
  });

  it('tells which steps ran although there is no room for what they said', () => {
    const refused: PromotionStatus = {
      ...running,
      currentStep: 3,
      state: { clone: { commit: 'abc' }, build: { text: 'x' } },
      stepExecutionMetadata: [
        { alias: 'clone', status: 'Succeeded' },
        { alias: 'push', status: 'Succeeded', message: 'y'.repeat(2_000) },
        { alias: 'build', status: 'Failed', message: 'no' },
        { alias: 'wait', status: 'Running' },
      ],
    };
    expect(overfullStatus(running, 'too large', NOW, refused)).toMatchObject({
      phase: 'Errored',
      message: 'too large',
      state: undefined,
      currentStep: 3,
      stepExecutionMetadata: [
        { alias: 'clone', status: 'Succeeded' },
        { status: 'Succeeded', message: expect.stringMatching(/^y{1024}…/) },
        { alias: 'build', status: 'Failed', message: 'no' },
        { alias: 'wait', status: 'Errored', finishedAt: NOW },
      ],
    });
  });

  it('needs no step to have begun', () => {
    expect(abortedStatus({ phase: 'Pending' }, 'ana', NOW)).toEqual({
      phase: 'Aborted',
      message: 'Promotion terminated by ana',
      finishedAt: NOW,
    });
  });
});

describe('a pass of a Promotion', () => {
  const freight = {
    metadata: { name: 'f1' },
    origin: { kind: 'Warehouse', name: 'web' },
  } as Freight;
  const start = {
    freight,
    collection: { id: 'c1', items: {} },
    now: NOW,
  };

  it.each(['w1', undefined])('names its folders, or none: %s', workspace => {
    const begun = runningStatus(
      { ...running, workspace: 'old' },
      { ...start, workspace },
    );
    expect(begun).toMatchObject({ phase: 'Running', startedAt: NOW });
    expect(begun.workspace).toBe(workspace);
  });

  it('keeps its first start, and remembers which request it answers', () => {
    const startedAt = '2026-03-01T11:00:00Z';
    expect(
      runningStatus(
        { startedAt },
        { ...start, workspace: 'w1', refresh: 'now' },
      ),
    ).toMatchObject({ startedAt, lastHandledRefresh: 'now' });
  });
});
