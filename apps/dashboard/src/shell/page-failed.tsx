import { Button } from '../design/button.js';
import { Empty } from '../design/surface.js';

/** A fault of the page itself: the rest of it goes on. */
export function PageFailed({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return (
    <Empty title="This page has failed" isPage>
      <p>
        That is a fault of Berth, and nothing of yours was changed by it:{' '}
        {error instanceof Error ? error.message : String(error)}
      </p>
      <Button onClick={reset}>Draw it again</Button>
    </Empty>
  );
}
