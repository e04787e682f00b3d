import proto from '@temporalio/proto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload } from '@temporalio/common';
import type { AesCodec } from './aes-codec.js';
import { hostPort } from '../text/host-port.js';
import { TemporalError } from './temporal-error.js';

export interface CodecServerOptions {
  readonly codec: AesCodec;
  /** `host:port`. */
  readonly listen: string;
  /** Origins of Web UIs that may ask, such as `https://temporal.example.com`. */
  readonly origins: readonly string[];
}

/** Bytes of a request: more than Temporal takes in one message. */
const LARGEST = 8_000_000;

/**
 * Answers the Web UI and the `temporal` command, by Temporal's protocol for remote codecs: POST /decode and /encode with
 * `{ "payloads": [...] }`. It knows no users: whoever reaches it reads all payloads.
 * @throws Error when the address cannot be listened on
 */
export async function startCodecServer({ codec, listen, origins }: CodecServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const { origin } = request.headers;
    if (origin !== undefined && origins.includes(origin)) allow(response, origin);
    void answer(codec, request, response);
  });
  server.listen(hostPort(listen));
  await once(server, 'listening');
  return server;
}

function allow(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
  response.setHeader('access-control-allow-headers', 'content-type, x-namespace, authorization, authorization-extras');
  response.setHeader('vary', 'origin');
}

async function answer(codec: AesCodec, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = request;
  const path = url.replace(/\?.*$/, '');
  if (path === '/healthz') return end(response, 200, { ready: true });
  const verb = /[/](decode|encode)$/.exec(path)?.[1];
  if (verb === undefined) return end(response, 404, { error: 'expected /decode or /encode' });
  if (method === 'OPTIONS') return end(response, 204);
  if (method !== 'POST') return end(response, 405, { error: 'expected POST' });
  try {
    const { payloads } = proto.temporal.api.common.v1.Payloads.fromObject(JSON.parse(await bodyOf(request)) as object);
    const converted = verb === 'decode' ? await codec.decode(payloads) : await codec.encode(payloads);
    end(response, 200, { payloads: converted.map(asJson) });
  } catch (error) {
    // What was sent stands in no answer: it may be what is to be kept secret.
    end(response, 400, {
      error: error instanceof TemporalError ? `${error.message}. ${error.next}` : 'expected {"payloads":[...]}',
    });
  }
}

/** Protobuf's JSON: bytes as Base64. */
function asJson(payload: Payload): unknown {
  return proto.temporal.api.common.v1.Payload.toObject(proto.temporal.api.common.v1.Payload.fromObject(payload), {
    bytes: String,
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST) throw new RangeError('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function end(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
