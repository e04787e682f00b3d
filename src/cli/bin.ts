#!/usr/bin/env node
import module from 'node:module';

// Node 22.8 and later keep the compiled code of our files from one start to the next; the types are those of Node 20.
const { enableCompileCache } = module as { enableCompileCache?: () => void };
enableCompileCache?.();
await import('./main.js');
