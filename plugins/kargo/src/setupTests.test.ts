describe('a style sheet in a test', () => {
  afterEach(() => {
    document.head.innerHTML = '';
    document.body.innerHTML = '';
  });

  it.each([
    ['.card', true],
    ['.card.open', true],
    ['.card.closed', false],
    ['.cards', false],
    ['.closed, .open', true],
    ['.closed, .shut', false],
    ['.page .card', true],
    ['.page > .card', false],
    ['.page > .closed .card', false],
    ['article', true],
    ['ARTICLE', true],
    ['aside', false],
    ['aside, h1', false],
    ['aside, article, h1', true],
    ['aside, article.open', true],
    ['section article', true],
    ['article.open', true],
    ['article.closed', false],
    ['aside.open', false],
    ['article::before', false],
    ['article:not([title])', true],
    ['aside:not([title])', false],
    ['article[data-kind="card"].open', true],
    ['aside[data-kind="card"]', false],
    ['aside[data-kind="a, b"], .open', true],
    [':not(section, [data-kind=")"])', true],
    ['*|article', true],
    ['.closed, article', true],
    ['*', true],
    ['#it', true],
    ['[data-kind="card"]', true],
    ['[title]', false],
    ['[title]:not(.closed)', false],
    ['article[title], article[DATA-KIND]', true],
    ['article::before, .open', true],
    ['[data-kind=card].closed', false],
    ['.card[data-kind=card]', true],
    ['.card:not(.closed)', true],
    ['.card:not(.open)', false],
    [':is(.closed, .open)', true],
    [':is(.closed, .shut).card', false],
    ['.card:hover', false],
    ['.card::before', false],
    ['.wide\\:card', true],
    ['.größe', true],
    ['.größer', false],
    ['.größe.card', true],
    ['.größer .card', false],
    ['.card:before', false],
    ['größe', false],
  ])('with %s is that of an element: %s', (selector, isApplied) => {
    document.head.innerHTML = `<style>${selector} { visibility: collapse; }</style>`;
    document.body.innerHTML =
      '<div class="page"><section><article id="it" class="card\topen wide:card größe" data-kind="card"></article></section></div>';
    const { visibility } = getComputedStyle(document.querySelector('#it')!);
    expect(visibility).toBe(isApplied ? 'collapse' : 'visible');
  });
});
