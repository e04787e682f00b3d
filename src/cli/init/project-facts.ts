import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** What a project says of itself. */
export interface ProjectFacts {
  /** A name for the target. */
  readonly target: string;
  /** The environment variable with the connection string. */
  readonly variable: string;
  readonly typescript: boolean;
  readonly github: boolean;
}

/** Looks at the files of a project. No value of a variable is kept. */
export async function projectFacts(root: string): Promise<ProjectFacts> {
  const manifest = await text(root, 'package.json');
  const { name = basename(root) } = manifest === undefined ? {} : (JSON.parse(manifest) as { name?: string });
  return {
    target: targetName(name),
    variable: await variableOf(root),
    typescript: existsSync(join(root, 'tsconfig.json')),
    github: existsSync(join(root, '.github')) || /github\.com/.test((await text(root, '.git/config')) ?? ''),
  };
}

/** Without the scope of a package, and with what names of targets may have. */
function targetName(name: string): string {
  const plain = name
    .replace(/^@[^/]*\//, '')
    .replaceAll(/[^a-zA-Z0-9_.-]+/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '');
  return plain || 'database';
}

/** As Prisma's schema says, or a file of variables: the first whose value is an address of PostgreSQL. */
async function variableOf(root: string): Promise<string> {
  const prisma = /\burl\s*=\s*env\("(\w+)"\)/.exec((await text(root, 'prisma/schema.prisma')) ?? '')?.[1];
  if (prisma !== undefined) return prisma;
  for (const file of ['.env', '.env.example', '.env.local', '.env.development']) {
    const found = /^(?:export\s+)?(\w+)\s*=\s*["']?postgres(?:ql)?:\/\//m.exec((await text(root, file)) ?? '')?.[1];
    if (found !== undefined) return found;
  }
  return 'DATABASE_URL';
}

async function text(root: string, file: string): Promise<string | undefined> {
  return readFile(join(root, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}
