import { execFile, spawn } from 'node:child_process';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Push {
  readonly files: Readonly<Record<string, string>>;
  /** Symbolic links: path and target. */
  readonly links?: Readonly<Record<string, string>>;
  readonly branch?: string;
  readonly message?: string;
}

/** A host of git repositories over HTTP, as git itself serves them, on a port of its own. */
export class GitHost {
  /** What the next requests get instead of an answer: a status, a redirect to this host, or nothing at all. */
  readonly faults: (number | URL | 'hang')[] = [];
  /** Repositories that want this token as their password. */
  readonly tokens = new Map<string, string>();
  readonly requests: { readonly url: string; readonly authorization: string | undefined }[] = [];
  private readonly server: Server;

  private constructor(private readonly directory: string) {
    this.server = createServer((request, response) => {
      this.answer(request, response);
    });
  }

  /** @param directory where the repositories lie; it does not exist yet */
  static async start(directory: string): Promise<GitHost> {
    await mkdir(directory, { recursive: true });
    const host = new GitHost(directory);
    await new Promise<void>((resolve) => host.server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  url(repository: string): string {
    return `${this.address}/${repository}.git`;
  }

  /** Makes the repository where there is none, and a commit of exactly these files on the branch. Gives its hash. */
  async push(
    repository: string,
    { files, links = {}, branch = 'main', message = 'A change' }: Push,
  ): Promise<string> {
    const bare = join(this.directory, `${repository}.git`);
    const tree = join(this.directory, `${repository}.tree`);
    await this.init(repository);
    await rm(tree, { recursive: true, force: true });
    await mkdir(tree);
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(tree, name)), { recursive: true });
      await writeFile(join(tree, name), content);
    }
    for (const [name, target] of Object.entries(links)) {
      await symlink(target, join(tree, name));
    }
    const git = async (...args: string[]): Promise<string> => {
      const who = ['-c', 'user.name=Test', '-c', 'user.email=test@git.example'];
      const { stdout } = await run('git', [...who, `--git-dir=${bare}`, `--work-tree=${tree}`, ...args]);
      return stdout.trim();
    };
    await git('symbolic-ref', 'HEAD', `refs/heads/${branch}`);
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', `--message=${message}`);
    const commit = await git('rev-parse', 'HEAD');
    await git('symbolic-ref', 'HEAD', 'refs/heads/main');
    return commit;
  }

  /** An empty repository. */
  async init(repository: string): Promise<void> {
    const name = `${repository}.git`;
    if (!(await readdir(this.directory)).includes(name)) {
      await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(this.directory, name)]);
    }
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '';
    const { authorization } = request.headers;
    this.requests.push({ url, authorization });
    const fault = this.faults.shift();
    if (fault === 'hang') {
      return;
    }
    if (fault instanceof URL) {
      response.writeHead(302, { location: new URL(url, fault).href }).end();
      return;
    }
    if (fault !== undefined) {
      response.writeHead(fault).end();
      return;
    }
    const token = this.tokens.get(/^\/([^/]+)\.git\//.exec(url)?.[1] ?? '');
    if (token !== undefined && passwordOf(authorization) !== token) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    serveGit(this.directory, request, response);
  }
}

function passwordOf(authorization: string | undefined): string | undefined {
  const [, encoded = ''] = /^Basic (.*)$/.exec(authorization ?? '') ?? [];
  return Buffer.from(encoded, 'base64').toString('utf8').split(':')[1];
}

/** Git's own CGI program behind node's server. */
function serveGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '', 'http://git.example');
  const { headers } = request;
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: root,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // The client may be gone, or the program not read to the end.
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  const onHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) {
      child.stdout.off('data', onHead);
      const fields = head.subarray(0, end).toString('latin1').split('\r\n');
      response.writeHead(statusOf(fields), Object.fromEntries(fields.filter(isHeader).map(asHeader)));
      response.write(head.subarray(end + 4));
      child.stdout.pipe(response);
    }
  };
  child.stdout.on('data', onHead);
  child.once('error', () => response.destroy());
}

const statusOf = (fields: readonly string[]): number =>
  Number(/^Status: (\d+)/.exec(fields.find((field) => field.startsWith('Status:')) ?? '')?.[1] ?? 200);
const isHeader = (field: string): boolean => !field.startsWith('Status:');
const asHeader = (field: string): [string, string] => {
  const colon = field.indexOf(':');
  return [field.slice(0, colon), field.slice(colon + 1).trim()];
};
