import type { Locator, Page } from 'playwright-core';
import { useDemoInBrowser } from './support/demoInBrowser';

jest.setTimeout(300_000);

const { visit } = useDemoInBrowser();
const guestbook = '/kargo/projects/guestbook';

/** Where people sit, what their browsers speak, and how the portal then writes in English. */
const PLACES = [
  ['America/Los_Angeles', 'en-US', 'en-US'],
  ['Asia/Kolkata', 'en-IN', 'en-IN'],
  ['Europe/Berlin', 'de-DE', 'en'],
  ['Africa/Cairo', 'ar', 'en'],
  ['Europe/Istanbul', 'tr-TR', 'en'],
];

/** Each with parts that come by themselves. */
const VIEWS: Array<[string, string, ...Array<(page: Page) => Locator>]> = [
  [
    'Stage',
    `${guestbook}?view=list&stage=test`,
    page => page.getByRole('dialog').getByText('Succeeded'),
  ],
  [
    'activity',
    `${guestbook}/activity`,
    page => page.getByRole('table', { name: 'Promotions' }),
    page => page.getByRole('main').getByRole('listitem'),
  ],
];

/** Kinds of spaces are no difference between two engines. */
const plain = (text: string) => text.replace(/\s/g, ' ');

function written(time: string, timeZone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    timeZoneName: 'short',
  }).format(new Date(time));
}

describe('times', () => {
  const orders = new Map<string, string[]>();

  it.each(PLACES)(
    'are those of %s in a browser that speaks %s, in the order of everybody',
    async (timezoneId, locale, wording) => {
      const { page, goto, problems } = await visit('rita', '/settings', {
        timezoneId,
        locale,
      });
      for (const [name, path, ...parts] of VIEWS) {
        await goto(path);
        for (const part of parts) await part(page).first().waitFor();
        const times = page.getByRole('time');
        const found = await times.evaluateAll(elements =>
          elements.map(element => ({
            at: element.getAttribute('datetime') ?? '',
            title: element.getAttribute('title') ?? '',
          })),
        );
        expect(found.map(({ title }) => plain(title))).toEqual(
          found.map(({ at }) => plain(written(at, timezoneId, wording))),
        );
        const order = found.map(({ at }) => at);
        expect(order).toEqual(orders.get(name) ?? order);
        orders.set(name, order);
        const { width, window: all } = await page.evaluate(() => ({
          width: document.documentElement.scrollWidth,
          window: window.innerWidth,
        }));
        expect([name, width]).toEqual([name, all]);
      }
      expect(problems).toEqual([]);
    },
  );
});
