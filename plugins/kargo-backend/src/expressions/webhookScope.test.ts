import { JsonValue } from 'backstage-plugin-kargo-common';
import { webhookRequest } from '../testing/webhookRequest';
import {
  judgeWebhook,
  problemOfWebhookCondition,
  problemOfWebhookTemplate,
  renderWebhook,
  webhookBudget,
  WebhookScope,
} from './webhookScope';

const BODY = {
  repository: { url: 'https://GitHub.com/acme/app.git' },
  num: 7,
  size: 3,
};

function scope(body: JsonValue | undefined = BODY): WebhookScope {
  return {
    request: webhookRequest({
      headers: { 'X-Event': 'push' },
      query: 'q=1&q=2',
    }),
    body,
    parameters: { p: 'v', branch: '${{ 1 }}' },
    nowMs: Date.parse('2026-05-01T10:00:00Z'),
    budget: webhookBudget(),
  };
}

describe('conditions of generic receivers', () => {
  it.each([
    ["request.header('x-event') == 'push'", true],
    ["request.headers('x-event') == ['push']", true],
    ["request.headers('zz') == []", true],
    ["request.body.repository.url == 'https://GitHub.com/acme/app.git'", true],
    [
      "normalizeGit(request.body.repository.url) == 'https://github.com/acme/app'",
      true,
    ],
    ["normalizeGit(nil) == ''", true],
    ["normalizeImage('docker.io/library/nginx') == 'nginx'", true],
    ["normalizeChart('oci://ghcr.io/a/b') == 'ghcr.io/a/b'", true],
    ["request.params('zz') == ''", true],
    ["request.params('q') == '1'", true],
    ["request.header(nil) == ''", true],
    ["params.p == 'v'", true],
    ["params.branch == '${{ 1 }}'", true],
    ["(request.body?.missing?.deep ?? 'none') == 'none'", true],
    ['now().Year() == 2026', true],
    ['false', false],
  ])('%s is %s', (expression, expected) => {
    expect(judgeWebhook(expression, scope())).toBe(expected);
  });

  it('see no body where nothing was sent', () => {
    expect(
      judgeWebhook('request.body == nil', { ...scope(), body: undefined }),
    ).toBe(true);
  });

  it.each([
    ['1', /true or false, and came to int/],
    ["'true'", /true or false, and came to string/],
    ['normalizeGit(request.body.num)', /expected a string/],
    ['request.header()', /argument/],
    ['request.header(1)', /expected a string/],
    ['request.body.missing.deep', /nil/],
    ["quote('a') == 'a'", /cannot be called/],
  ])('%s cannot be judged', (expression, message) => {
    expect(() => judgeWebhook(expression, scope())).toThrow(message);
  });

  it.each([
    ['request.body.size > 2 &&', /unexpected|syntax|end/i],
    ['requst.body', /requst/],
    ['normalizeGit(1, 2)', /argument/],
  ])('%s can never be', (expression, message) => {
    expect(problemOfWebhookCondition(expression)).toMatch(message);
  });

  it.each([
    ['count(1..90000, # > 0) == 90000', 'takes too many steps'],
    ['len([1..50000, 1..50001]) > 0', 'too much memory'],
  ])('%s takes too much', (expression, message) => {
    expect(() => judgeWebhook(expression, scope())).toThrow(message);
  });

  it('have a bound of work together with the templates of the same request', () => {
    const one = scope();
    const expression = 'len(map(1..40000, #)) > 0';
    const template = "${{ quote(len(map(1..40000, #)) > 0 ? 'a' : 'b') }}";
    expect(judgeWebhook(expression, one)).toBe(true);
    expect(renderWebhook(template, one, 'it')).toBe('a');
    expect(judgeWebhook(expression, one)).toBe(true);
    expect(renderWebhook(template, one, 'it')).toBe('a');
    expect(judgeWebhook(expression, one)).toBe(true);
    const together = 'the expressions take too many steps together';
    expect(() => judgeWebhook(expression, one)).toThrow(together);
    expect(() => renderWebhook(template, one, 'it')).toThrow(together);
    expect(judgeWebhook(expression, scope())).toBe(true);
  });

  it('are compiled no more than there are steps for', () => {
    const one = scope();
    const condition = (i: number) => `${i} == 0${' '.repeat(40_000)} or false`;
    expect(judgeWebhook(condition(1), one)).toBe(false);
    expect(() => judgeWebhook(condition(2), one)).toThrow('steps together');
    expect(() => judgeWebhook(condition(3), one)).toThrow('steps together');
    // What is known costs nothing.
    expect(judgeWebhook(condition(1), scope())).toBe(false);
  });

  it('say of no request what is in it', () => {
    expect(() =>
      judgeWebhook('normalizeGit(request.body)', scope({ token: 'hunter2' })),
    ).toThrow(expect.not.stringMatching(/hunter2/));
  });
});

describe('templates of generic receivers', () => {
  it.each([
    ['plain', 'plain'],
    ['${{ params.p }}', 'v'],
    ['a-${{ request.body.num }}', 'a-7'],
    ['${{ quote(request.body.num) }}', '7'],
    [
      '${{ normalizeGit(request.body.repository.url) }}',
      'https://github.com/acme/app',
    ],
  ])('%s comes to %s', (template, expected) => {
    expect(renderWebhook(template, scope(), 'the name')).toBe(expected);
  });

  it.each([
    ['${{ 42 }}', 'the name: it must come to a text, and came to number'],
    ['${{ true }}', 'the name: it must come to a text, and came to boolean'],
    ['${{ nil }}', 'the name: it must come to a text, and came to nil'],
    ['${{ request.body.missing.deep }}', 'the name: '],
  ])('%s is refused', (template, message) => {
    expect(() => renderWebhook(template, scope(), 'the name')).toThrow(message);
  });

  it.each([
    ['plain', undefined],
    ['${{ params.p }}', undefined],
    ['${{ params.p', expect.stringContaining("no closing '}}'")],
    ['${{ parms.p }}', expect.stringContaining('parms')],
  ])('whether %s can ever be rendered is known before', (template, problem) => {
    expect(problemOfWebhookTemplate(template)).toEqual(problem);
  });
});
