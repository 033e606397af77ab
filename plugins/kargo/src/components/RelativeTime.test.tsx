import { appLanguageApiRef } from '@backstage/frontend-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { formatElapsed, formatRelative, RelativeTime } from './RelativeTime';

it.each([
  [0, '<1 sec'],
  [999, '<1 sec'],
  [59_000, '59 sec'],
  [60_000, '1 min'],
  [61_000, '1 min, 1 sec'],
  [3_600_000, '1 hr'],
  [3_900_000, '1 hr, 5 min'],
  [3_605_000, '1 hr'],
  [90_000_000, '1 day, 1 hr'],
])('formats %s ms as %s', (milliseconds, text) => {
  expect(formatElapsed(milliseconds).replace(/,? (?=\d)/g, ', ')).toBe(text);
});

it.each([
  ['2026-03-01T00:00:20Z', 'now'],
  ['2026-02-28T23:59:50Z', 'now'],
  ['2026-02-28T23:55:00Z', '5 minutes ago'],
  ['2026-03-01T02:00:00Z', 'in 2 hours'],
])('formats %s as %s', (time, text) => {
  expect(formatRelative(time, Date.parse('2026-03-01T00:00:00Z'))).toBe(text);
});

it('is no word that could be a state', async () => {
  renderWithKargo(
    <RelativeTime time={new Date().toISOString()} />,
    FakeKargoApi.create(),
  );
  expect(await screen.findByText('just now')).toBeInTheDocument();
});

it('is in the language of the portal, whatever that of the browser is', async () => {
  const language = { language: 'de' };
  renderInTestApp(<RelativeTime time="2020-03-01T12:00:00Z" />, {
    apis: [
      [
        appLanguageApiRef,
        {
          getAvailableLanguages: () => ({ languages: ['de'] }),
          getLanguage: () => language,
          setLanguage: () => undefined,
          language$: () => ({
            [Symbol.observable]() {
              return this;
            },
            subscribe: () => ({ unsubscribe: () => undefined, closed: false }),
          }),
        },
      ],
    ],
  });
  const time = await screen.findByText(/^vor \d+ Jahren$/);
  expect(time.title).toMatch(/^1\. März 2020/);
});
