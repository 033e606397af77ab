import {
  JsonValue,
  PromotionPhase,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { aFreight, aPromotion, aStage } from '../../dev/testing/builders';
import {
  elapsedMs,
  failedStep,
  isAutomatic,
  promotionActor,
  promotionLinks,
  stepLinks,
  stepViews,
} from './promotionModel';

const stage = aStage('prod', { steps: ['git-clone', 'git-push'] });
const freight = aFreight('f1');

describe('stepViews', () => {
  it('shows every step, also those not reached yet', () => {
    const promotion = aPromotion('p', stage, freight, {
      stepExecutionMetadata: [
        { alias: 'step-1', status: 'Succeeded', startedAt: 'a', errorCount: 2 },
      ],
      state: { 'step-1': { commit: 'abc' } },
    });
    expect(stepViews(promotion)).toMatchObject([
      {
        alias: 'step-1',
        uses: 'git-clone',
        state: 'Succeeded',
        failedAttempts: 2,
        output: { commit: 'abc' },
      },
      { alias: 'step-2', uses: 'git-push', state: 'Waiting' },
    ]);
  });

  it.each<[string, PromotionPhase, Partial<StepExecutionMetadata>, string]>([
    ['broke and is tried again', 'Running', { status: 'Errored' }, 'Running'],
    ['failed and is tried again', 'Running', { status: 'Failed' }, 'Running'],
    [
      'has ended, while others go on',
      'Running',
      { status: 'Errored', finishedAt: 'b' },
      'Errored',
    ],
    [
      'was never tried',
      'Running',
      { status: 'Errored', errorCount: 0 },
      'Errored',
    ],
    [
      'was given up with its promotion',
      'Errored',
      { status: 'Errored' },
      'Errored',
    ],
  ])('tells how a step stands that %s', (_, phase, entry, state) => {
    const promotion = aPromotion('p', stage, freight, {
      phase,
      stepExecutionMetadata: [
        { alias: 'step-1', startedAt: 'a', errorCount: 2, ...entry },
      ],
    });
    expect(stepViews(promotion)[0]).toMatchObject({
      state,
      failedAttempts: entry.errorCount ?? 2,
    });
  });

  it('leaves empty output and configuration out', () => {
    const promotion = aPromotion('p', stage, freight, {
      state: { 'step-1': {} },
    });
    expect(stepViews(promotion)[0].output).toBeUndefined();
  });
});

it('gathers the links of all steps, each once', () => {
  const pushed = { commitURL: 'https://x/commit/abc' };
  const promotion = aPromotion('p', stage, freight, {
    state: { 'step-1': pushed, 'step-2': pushed },
  });
  expect(promotionLinks(promotion)).toEqual([
    { url: 'https://x/commit/abc', what: 'commit' },
  ]);
});

describe('the step that a promotion has come to', () => {
  it.each<[PromotionPhase, number | undefined, string[]]>([
    ['Running', undefined, ['Running', 'Waiting']],
    ['Running', 1, ['Waiting', 'Running']],
    ['Pending', undefined, ['Waiting', 'Waiting']],
    ['Aborted', 1, ['Waiting', 'Waiting']],
  ])('runs as long as nothing is told of it: %s, %s', (...given) => {
    const [phase, currentStep, states] = given;
    const promotion = aPromotion('p', stage, freight, {
      phase,
      ...(currentStep !== undefined && { currentStep }),
    });
    expect(stepViews(promotion).map(({ state }) => state)).toEqual(states);
  });
});

describe('failedStep', () => {
  const status = {
    phase: 'Failed' as const,
    stepExecutionMetadata: [
      {
        alias: 'step-1',
        status: 'Errored' as const,
        message:
          'step "step-1" met error threshold of 1: error running step "step-1": refused',
      },
    ],
  };

  it('calls the step by what it does, and says only why', () => {
    expect(failedStep(aPromotion('p', stage, freight, status))).toEqual({
      index: 0,
      title: 'git-clone',
      message: 'refused',
    });
  });

  it('tells apart steps that do the same', () => {
    const twice = aStage('prod', { steps: ['http', 'http'] });
    expect(
      failedStep(
        aPromotion('p', twice, freight, {
          phase: 'Failed',
          stepExecutionMetadata: [
            { alias: 'step-1', status: 'Succeeded' },
            { alias: 'step-2', status: 'Failed', message: 'no' },
          ],
        }),
      ),
    ).toEqual({ index: 1, title: 'http', message: 'no' });
  });

  it('blames no step of a promotion that goes on', () => {
    expect(
      failedStep(
        aPromotion('p', stage, freight, { ...status, phase: 'Running' }),
      ),
    ).toBeUndefined();
  });
});

describe('stepLinks', () => {
  it.each<[string, JsonValue | undefined, string[]]>([
    ['nothing', undefined, []],
    ['text', 'https://example.com', []],
    ['a pull request', { pr: { url: 'https://x/1' } }, ['https://x/1']],
    [
      'the commit that was pushed',
      { commit: 'abc', commitURL: 'https://x/commit/abc' },
      ['https://x/commit/abc'],
    ],
    [
      'listed links',
      { links: [{ url: 'http://x/2', label: 'Report' }, 'odd'] },
      ['http://x/2'],
    ],
    [
      'links that could run code as nothing',
      {
        pr: { url: ['javascript', 'alert(1)'].join(':') },
        links: [{ url: 'data:x' }],
      },
      [],
    ],
  ])('reads %s', (_, output, urls) => {
    expect(stepLinks(output).map(link => link.url)).toEqual(urls);
  });
});

describe('promotionActor', () => {
  it.each([
    ['email:ana@example.org', 'ana@example.org', false],
    ['user:default/ana', 'user:default/ana', false],
    ['admin', 'admin', false],
    ['controller:stage-controller', undefined, true],
    ['', undefined, true],
  ])('reads %s', (annotation, actor, automatic) => {
    const promotion = aPromotion('p', stage, freight);
    const named = {
      ...promotion,
      metadata: {
        ...promotion.metadata,
        annotations: { 'kargo.akuity.io/create-actor': annotation },
      },
    };
    expect(promotionActor(named)).toBe(actor);
    expect(isAutomatic(named)).toBe(automatic);
  });
});

describe('elapsedMs', () => {
  const now = Date.parse('2026-03-01T00:01:00Z');
  it.each<[string | undefined, string | undefined, number | undefined]>([
    [undefined, undefined, undefined],
    ['2026-03-01T00:00:00Z', undefined, 60_000],
    ['2026-03-01T00:00:00Z', '2026-03-01T00:00:05Z', 5_000],
    ['2026-03-01T00:02:00Z', undefined, 0],
  ])('from %s to %s', (from, to, expected) => {
    expect(elapsedMs(from, to, now)).toBe(expected);
  });
});
