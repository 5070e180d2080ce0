import type { Schemas } from '@berth/client';
import { Link } from '@tanstack/react-router';
import { Empty } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Ago } from '../design/time.js';
import { waitingInWords } from '../runs/waiting.js';

/** What waits, by pool and by what for. */
export function Queue({ overview }: { readonly overview: Schemas['Overview'] }) {
  if (overview.queue.length === 0) {
    return <Empty title="Nothing waits in a queue" />;
  }
  return (
    <div className={surface.tableScroll}>
      <table className={surface.table}>
        <thead>
          <tr>
            <th scope="col">Pool</th>
            <th scope="col">Waits for</th>
            <th scope="col">Runs</th>
            <th scope="col">Oldest</th>
          </tr>
        </thead>
        <tbody>
          {overview.queue.map(({ pool, code, tasks, oldestAt }) => (
            <tr key={`${pool} ${code}`}>
              <td>{pool}</td>
              <td>{waitingInWords(code)}</td>
              <td className={surface.number}>
                <Link to="/runs" search={{ status: 'pending,assigned,apply_pending,apply_queued' }}>
                  {tasks.toLocaleString('en')}
                </Link>
              </td>
              <td>
                <Ago at={oldestAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
