import { screen } from '@testing-library/react';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { nameEntities, NamedText } from './NamedText';

it.each([
  ['Ask group:default/web-team.', 'Ask web-team.'],
  [
    'Ask group:default/web-team or user:acme/kim.lee',
    'Ask web-team or kim.lee',
  ],
  ["You may not promote to 'prod'", "You may not promote to 'prod'"],
  ['component:default/web is unknown', 'component:default/web is unknown'],
  [
    'https://user:secret@git.example.com/a/b.git',
    'https://user:secret@git.example.com/a/b.git',
  ],
])('of “%s” people read “%s”', (text, read) => {
  expect(nameEntities(text)).toBe(read);
});

it('calls people and groups what the portal calls them', async () => {
  const group = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name: 'web-team', namespace: 'default' },
    spec: { profile: { displayName: 'The web team' } },
  };
  renderWithKargo(
    <NamedText text="Ask group:default/web-team or user:default/kim." />,
    FakeKargoApi.create(),
    { entities: [group] },
  );
  expect(
    await screen.findByText('Ask The web team or kim.'),
  ).toBeInTheDocument();
});
