import { Link } from '@tanstack/react-router';
import { Empty } from '../design/surface.js';

export function NotFound() {
  return (
    <Empty title="There is no such page">
      <p>It may have been moved, or belong to another organization of yours.</p>
      <Link to="/">To the front page</Link>
    </Empty>
  );
}
