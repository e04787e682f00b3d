import { readFile } from 'node:fs/promises';

/** What the command line asks of Temporal; services and messages of others are left out. */
const METHODS = [
  'AddSearchAttributes',
  'CountWorkflowExecutions',
  'DescribeNamespace',
  'DescribeTaskQueue',
  'DescribeWorkflowExecution',
  'GetSystemInfo',
  'GetWorkflowExecutionHistory',
  'ListSearchAttributes',
  'ListWorkflowExecutions',
  'PollWorkflowExecutionUpdate',
  'QueryWorkflow',
  'RequestCancelWorkflowExecution',
  'SignalWorkflowExecution',
  'StartWorkflowExecution',
  'TerminateWorkflowExecution',
  'UpdateWorkflowExecution',
];

/** Services, and what the client names by itself: errors, enums, and what it decodes out of other messages. */
const SEEDS = [
  /^temporal\.api\.(workflowservice|operatorservice|testservice)\.v1\.\w+Service$/,
  /^temporal\.api\.(enums|errordetails|common|failure|sdk)\.v1\.\w+$/,
  /^temporal\.api\.workflow\.v1\.VersioningOverride$/,
  /^temporal\.api\.history\.v1\.History$/,
  /^coresdk\.(child_workflow|common)\.\w+$/,
  /^google\.(rpc\.Status|protobuf\.(Any|Duration|Empty|FieldMask|Timestamp|\w+Value))$/,
  /^grpc\.health\.v1\.\w+$/,
];

/** Of answers with much that nobody reads: what is read. A message without a field passes it over. */
const FIELDS = {
  'temporal.api.workflowservice.v1.DescribeNamespaceResponse': /^$/,
  'temporal.api.workflowservice.v1.DescribeTaskQueueResponse': /^pollers$/,
  'temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse': /^(workflowExecutionInfo|pendingActivities)$/,
  'temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryResponse': /^(history|nextPageToken)$/,
  'temporal.api.history.v1.HistoryEvent':
    /^(event(Id|Time|Type)|workflowExecution(Completed|Failed|TimedOut|Canceled|Terminated|ContinuedAsNew)EventAttributes|attributes)$/,
};

/** Where protobufjs writes five functions for each message at its first use, of which a command needs one. */
const GENERATED = /this\.(\w+) = ([\w.]+)\(this\)\((\{[^}]*\})\);/g;

/**
 * Temporal's API has 1,300 messages, which the client sets up one by one at each start; the command line needs a fifth of them.
 * @type {import('esbuild').Plugin} leaves out what nothing of it can reach, and has functions of messages written when they are called
 */
export const leanProtobuf = {
  name: 'lean-protobuf',
  setup(build) {
    build.onLoad({ filter: /node_modules[\\/]protobufjs[\\/]src[\\/]type\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if ([...text.matchAll(GENERATED)].length !== 5) throw new Error(`${path} is not what the build expects of protobufjs`);
      return {
        contents: `${text.replace(GENERATED, 'this.$1 = onceCalled(this, "$1", () => $2(this)($3));')}\n${onceCalled}`,
        loader: 'js',
      };
    });
    build.onLoad({ filter: /@temporalio[\\/]proto[\\/]protos[\\/]json-module\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const [start, end] = [text.indexOf('.addJSON(') + '.addJSON('.length, text.lastIndexOf(');')];
      // The file is a program, its argument an object literal and no JSON.
      const all = new Function(`return ${text.slice(start, end)}`)();
      leaveOut(all, '');
      return { contents: `${text.slice(0, start)}${JSON.stringify(prune(all))}${text.slice(end)}`, loader: 'js' };
    });
  },
};

function leaveOut(namespace, prefix) {
  for (const [name, value] of Object.entries(namespace)) {
    const read = FIELDS[prefix + name];
    if (read) {
      const kept = Object.entries(value.fields).filter(([field]) => read.test(field));
      value.fields = Object.fromEntries(kept);
      if (value.oneofs)
        for (const oneof of Object.values(value.oneofs)) oneof.oneof = oneof.oneof.filter((field) => value.fields[field]);
    }
    if (value.nested) leaveOut(value.nested, `${prefix}${name}.`);
  }
}

function prune(all) {
  const byName = new Map();
  index(all, '', byName);
  const kept = new Set();
  const keep = (name) => {
    const found = byName.get(name);
    if (!found || kept.has(name)) return;
    kept.add(name);
    for (const type of typesIn(found)) keep(resolve(type, name, byName));
    // What is declared inside goes with it.
    for (const inner of Object.keys(found.nested ?? {})) if (isDeclaration(found)) keep(`${name}.${inner}`);
  };
  for (const name of byName.keys()) if (SEEDS.some((seed) => seed.test(name))) keep(name);
  return only(all, '', kept);
}

function index(namespace, prefix, byName) {
  for (const [name, value] of Object.entries(namespace)) {
    byName.set(prefix + name, value);
    if (value.nested) index(value.nested, `${prefix}${name}.`, byName);
  }
}

const isDeclaration = ({ fields, values, methods }) => Boolean(fields ?? values ?? methods);

function typesIn({ fields = {}, methods = {} }) {
  const calls = Object.entries(methods).filter(([name]) => METHODS.includes(name));
  return [
    ...Object.values(fields).flatMap(({ type, keyType }) => [type, keyType]),
    ...calls.flatMap(([, { requestType, responseType }]) => [requestType, responseType]),
  ].filter(Boolean);
}

/** A name as protobuf finds it: from the inside to the outside. */
function resolve(type, from, byName) {
  if (type.startsWith('.')) return type.slice(1);
  const parts = from.split('.');
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const name = [...parts.slice(0, depth), type].join('.');
    if (byName.has(name)) return name;
  }
  return undefined;
}

function only(namespace, prefix, kept) {
  const result = {};
  for (const [name, value] of Object.entries(namespace)) {
    const full = prefix + name;
    const { nested, methods, ...rest } = value;
    const inside = nested && only(nested, `${full}.`, kept);
    if (isDeclaration(value) ? !kept.has(full) : !inside || Object.keys(inside).length === 0) continue;
    result[name] = {
      ...rest,
      ...(methods && { methods: Object.fromEntries(Object.entries(methods).filter(([method]) => METHODS.includes(method))) }),
      ...(inside && Object.keys(inside).length > 0 && { nested: inside }),
    };
  }
  return result;
}

function onceCalled(type, name, write) {
  return function first(...values) {
    const written = write();
    if (type[name] === first) type[name] = written;
    return written.apply(this, values);
  };
}
