import { translatedTitle } from './translatedTitle';

describe('the title of a tab', () => {
  it('is a message where the portal takes one', () => {
    const messages = (key: string) => ['messages', key];
    expect(translatedTitle('pipeline.title', messages)).toEqual([
      'messages',
      'pipeline.title',
    ]);
  });

  it('is English where it takes only texts', () => {
    expect(translatedTitle('overview.title', { id: 'kargo' })).toBe(
      'Deliveries',
    );
  });
});
