import fs = require('node:fs');
import nodeModule = require('node:module');
import path = require('node:path');
import url = require('node:url');
import vm = require('node:vm');

/** Told of each file of the program that is loaded. */
type Loaded = (file: string, script: vm.Script) => void;

/** Compiled code fits one version of V8 only; beside it stands what other versions compile by themselves. */
const compiledName = (file: string): string => `${file}.${process.version}-${process.arch}`;

/**
 * Runs the command line out of its bundle. Node 20 keeps compiled code for nobody, and compiling is a third of what a short command
 * takes: so the build leaves what V8 had compiled beside each file, and this loads it.
 */
function launch(main: string, loaded?: Loaded): void {
  const folder = path.dirname(main);
  const outside = nodeModule.createRequire(main);
  const inside = (id: string): unknown => (id.startsWith('./') ? load(path.join(folder, id)) : outside(id));
  const modules = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const known = modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    modules.set(file, module);
    const script = compile(file);
    loaded?.(file, script);
    const run = script.runInThisContext() as (...names: unknown[]) => void;
    run(module.exports, inside, module, url.pathToFileURL(file).href);
    return module.exports;
  };
  load(main);
}

function compile(file: string): vm.Script {
  const text = `(function (exports, require, module, importMetaUrl) {${fs.readFileSync(file, 'utf8')}\n})`;
  const compiled = compiledName(file);
  // V8 holds the length of the text against it and no more: a file that was edited since is compiled anew.
  const fits = changedAt(compiled) >= changedAt(file);
  const cachedData = fits ? fs.readFileSync(compiled) : undefined;
  return new vm.Script(text, { filename: file, ...(cachedData && { cachedData }) });
}

const changedAt = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (require.main === module) launch(path.join(__dirname, 'main.js'));

export = { launch, compiledName };
