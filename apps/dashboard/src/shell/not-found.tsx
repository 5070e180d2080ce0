import { Link } from '@tanstack/react-router';
import { Empty } from '../design/surface.js';
import { useTitle } from '../page/title.js';

export function NotFound() {
  useTitle('No such page');
  return (
    <Empty title="There is no such page" isPage>
      <p>It may have been moved, or belong to another organization of yours.</p>
      <Link to="/">To the front page</Link>
    </Empty>
  );
}
