import { JsonValue, WebhookAction } from 'backstage-plugin-kargo-common';
import { runReceiver } from '../../../testing/webhookRequest';
import { buildWebhookExpressions } from '../../../wiring/buildBuiltins';
import { createGenericReceiver } from './receiver';

const receiver = createGenericReceiver(
  buildWebhookExpressions({ now: () => 0 }),
);

const PUSHED: WebhookAction = {
  action: 'Refresh',
  whenExpression: "request.header('X-Event') == 'push'",
  targetSelectionCriteria: [
    {
      kind: 'Warehouse',
      indexSelector: {
        matchIndices: [
          {
            key: 'subscribedURLs',
            operator: 'Equals',
            value: '${{ normalizeGit(request.body.repo) }}',
          },
        ],
      },
    },
  ],
};

function send(
  actions: WebhookAction[],
  options: { event?: string; body?: JsonValue } = {},
) {
  const { event = 'push', body = { repo: 'https://Git.Example/a.git' } } =
    options;
  const reading = runReceiver(receiver, {
    headers: { 'X-Event': event },
    body,
    config: { actions },
  });
  return reading.kind === 'acted' ? reading.actions : reading;
}

describe('the receiver generic', () => {
  it('selects by what the request says', () => {
    expect(send([PUSHED])).toEqual([
      {
        kind: 'selected',
        selections: [
          {
            kind: 'Warehouse',
            indexes: [
              { key: 'subscribedURLs', value: 'https://git.example/a' },
            ],
          },
        ],
      },
    ]);
  });

  it('selects by name and labels, too', () => {
    expect(
      send([
        {
          action: 'Refresh',
          parameters: { team: 'web' },
          targetSelectionCriteria: [
            {
              kind: 'Promotion',
              name: '${{ request.header("X-Event") }}-1',
              labelSelector: {
                matchLabels: { team: '${{ params.team }}' },
                matchExpressions: [
                  {
                    key: 'tier',
                    operator: 'NotIn',
                    values: ['${{ params.team }}', 'b'],
                  },
                  { key: 'old', operator: 'DoesNotExist' },
                ],
              },
            },
            {
              kind: 'Warehouse',
              indexSelector: {
                matchIndices: [
                  { key: 'subscribedURLs', operator: 'NotEquals', value: 'x' },
                ],
              },
            },
          ],
        },
      ]),
    ).toEqual([
      {
        kind: 'selected',
        selections: [
          {
            kind: 'Promotion',
            name: 'push-1',
            labels: [
              { key: 'team', operator: 'In', values: ['web'] },
              { key: 'tier', operator: 'NotIn', values: ['web', 'b'] },
              { key: 'old', operator: 'DoesNotExist' },
            ],
          },
          {
            kind: 'Warehouse',
            indexes: [{ key: 'subscribedURLs', value: 'x', not: true }],
          },
        ],
      },
    ]);
  });

  it('takes every action by itself, in their order', () => {
    const wrong = { ...PUSHED, whenExpression: 'request.body.a.b' };
    const noName: WebhookAction = {
      ...PUSHED,
      targetSelectionCriteria: [{ kind: 'Warehouse', name: '${{ 42 }}' }],
    };
    expect(send([wrong, PUSHED, noName], { event: 'push' })).toEqual([
      {
        kind: 'error',
        problem: expect.stringMatching(/^whenExpression: /),
      },
      expect.objectContaining({ kind: 'selected' }),
      {
        kind: 'error',
        matched: true,
        problem: expect.stringMatching(/^the name: it must come to a text/),
      },
    ]);
  });

  it('does nothing where the condition does not hold', () => {
    expect(send([PUSHED], { event: 'fork' })).toEqual([
      { kind: 'notApplicable' },
    ]);
  });

  it.each([
    [undefined, 'selected'],
    ['', 'selected'],
    ['  ', 'selected'],
  ])('the condition %j holds always', (whenExpression, kind) => {
    expect(send([{ ...PUSHED, whenExpression }])).toEqual([
      expect.objectContaining({ kind }),
    ]);
  });

  it('has no more evaluated for one request than it can bear', () => {
    const actions = Array.from({ length: 201 }, () => ({
      ...PUSHED,
      whenExpression: 'false',
    }));
    const outcomes = send(actions);
    expect(outcomes).toHaveLength(201);
    expect(Array.isArray(outcomes) && outcomes.slice(199)).toEqual([
      { kind: 'notApplicable' },
      {
        kind: 'error',
        problem: expect.stringMatching(
          /one request may have 200 conditions and templates evaluated/,
        ),
      },
    ]);
  });

  it.each([
    { whenExpression: 'all(request.body.list, all(request.body.list, # > 0))' },
    {
      targetSelectionCriteria: [
        {
          kind: 'Warehouse' as const,
          name: '${{ all(request.body.list, all(request.body.list, # > 0)) ? "a" : "b" }}',
        },
      ],
    },
  ])('gives up expressions that take too long: %j', extra => {
    const list = Array.from({ length: 1_000 }, (_, index) => index + 1);
    expect(send([{ action: 'Refresh', ...extra }], { body: { list } })).toEqual(
      [
        expect.objectContaining({
          kind: 'error',
          problem: expect.stringMatching(/takes too many steps/),
        }),
      ],
    );
  });

  const problemsOf = (actions: WebhookAction[]) =>
    [
      ...(receiver.problems?.({ secretRef: { name: 's' }, actions }) ?? []),
    ].filter(problem => problem !== undefined);

  it('looks at so many conditions and templates of a receiver', () => {
    const push = (count: number) => Array.from({ length: count }, () => PUSHED);
    // Each has a condition and a template.
    expect(problemsOf(push(500))).toEqual([]);
    expect(problemsOf(push(501))).toEqual([
      expect.stringMatching(/^there are 1002 .* no more than 1000 .* share/),
    ]);
  });

  it('tells what can never work', () => {
    expect(
      problemsOf([
        PUSHED,
        {
          action: 'Refresh',
          whenExpression: 'request.header(',
          targetSelectionCriteria: [
            { kind: 'Warehouse', name: '${{ reqest.body }}' },
            {
              kind: 'Promotion',
              indexSelector: {
                matchIndices: [
                  { key: 'stage', operator: 'Equals', value: 'a' },
                ],
              },
            },
          ],
        },
      ]),
    ).toEqual([
      expect.stringMatching(/^action 2: whenExpression: /),
      expect.stringMatching(/^action 2: the name: .*reqest/s),
      "action 2: Promotions have no index 'stage'; they have none",
    ]);
  });
});
