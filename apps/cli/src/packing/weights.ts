/** A file or a folder, and how much of it would be uploaded. */
export interface Weight {
  readonly path: string;
  readonly bytes: number;
  readonly files: number;
}

const KEPT = 5;
/** Deeper folders count for those above them, or a cache of a million folders would be a million weights. */
const DEPTH = 3;

/** What makes an upload heavy, known without holding its list of files. */
export class Weights {
  bytes = 0;
  files = 0;
  private readonly folders = new Map<string, { bytes: number; files: number }>();
  private biggestFiles: Weight[] = [];

  add(path: string, bytes: number): void {
    this.bytes += bytes;
    this.files += 1;
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length && depth <= DEPTH; depth += 1) {
      const name = `${parts.slice(0, depth).join('/')}/`;
      const folder = this.folders.get(name) ?? { bytes: 0, files: 0 };
      this.folders.set(name, { bytes: folder.bytes + bytes, files: folder.files + 1 });
    }
    if (bytes > (this.biggestFiles[KEPT - 1]?.bytes ?? -1)) {
      this.biggestFiles = heaviest([...this.biggestFiles, { path, bytes, files: 1 }]);
    }
  }

  /**
   * The few that matter most: of a folder, and of what is in it, the one that says more. A folder that is heavy because
   * of one thing in it is not named beside that.
   */
  heaviest(): Weight[] {
    const folders = [...this.folders].map(([path, folder]) => ({ path, ...folder }));
    const all = [...folders, ...this.biggestFiles];
    const telling = folders.filter(
      ({ path, bytes }) =>
        !all.some((other) => other.path !== path && other.path.startsWith(path) && other.bytes > bytes * 0.8),
    );
    const within = (path: string): boolean =>
      telling.some((folder) => path !== folder.path && path.startsWith(folder.path) && folder.files > 1);
    const rest = this.biggestFiles.filter(({ path, bytes }) => !within(path) || bytes > this.bytes * 0.1);
    return heaviest([...telling, ...rest]).filter(({ bytes }) => bytes > this.bytes * 0.02);
  }
}

function heaviest(weights: readonly Weight[]): Weight[] {
  return [...weights].sort((left, right) => right.bytes - left.bytes).slice(0, KEPT);
}
