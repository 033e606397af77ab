import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { LongText } from './LongText';

const draw = (text: string) =>
  renderWithKargo(
    <p data-testid="text">
      <LongText text={text} />
    </p>,
    FakeKargoApi.create(),
  );

it.each([
  ['short', 'It failed.', 'It failed.'],
  ['as long as a page bears', 'x'.repeat(1_000), 'x'.repeat(1_000)],
  ['longer', 'x'.repeat(1_001), `${'x'.repeat(500)}… Show all`],
  [
    'longer, with a character at the cut that is two in a text',
    `${'x'.repeat(499)}😀${'x'.repeat(999)}`,
    `${'x'.repeat(499)}… Show all`,
  ],
])('shows of what is %s what there is room for', async (_, text, shown) => {
  draw(text);
  expect((await screen.findByTestId('text')).textContent).toBe(shown);
});

it('shows all of it when asked, and less again', async () => {
  const text = 'the policy of the cluster denies it; '.repeat(100);
  draw(text);
  await userEvent.click(
    await screen.findByRole('button', { name: 'Show all' }),
  );
  expect(screen.getByTestId('text').textContent).toContain(text);
  const less = screen.getByRole('button', { name: 'Show less' });
  expect(less).toHaveFocus();
  await userEvent.click(less);
  expect(screen.getByTestId('text').textContent).not.toContain(text);
});
