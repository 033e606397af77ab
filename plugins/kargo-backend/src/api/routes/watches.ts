import { z } from 'zod';
import { createRoute } from '../server/route';

/** Most watches that share a stream. */
const MOST_WATCHES = 50;

const Subscription = z.string().regex(/^[^=]{1,63}=\/.{0,4000}$/, {
  error:
    'expected a name, "=" and the path of a list or object, such as stages=/projects/shop/stages?resourceVersion=7',
});

const watchMany = createRoute('watchMany', {
  summary:
    'Streams several watches at once: every frame names its watch, and one that fails says so while the others go on',
  query: {
    subscribe: z
      .array(Subscription)
      .min(1)
      .max(MOST_WATCHES)
      .describe(
        'What the client calls a watch, "=", and its path below /v1beta1 with parameters; each asks for the permission of its own path',
      ),
  },
  answers: { 200: undefined },
  handle: async ({ query }) => ({
    watches: query.subscribe.map(text => {
      const end = text.indexOf('=');
      return { id: text.slice(0, end), path: text.slice(end + 1) };
    }),
  }),
});

/** Watches beside those of a single list or object. */
export const watchRoutes = [watchMany];
