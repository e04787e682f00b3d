import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = ReturnType<typeof makeGrpcRetryInterceptor>;
type Call = ReturnType<Parameters<Interceptor>[1]>;

/** gRPC status code (grpc.io, status codes). */
const CANCELLED = 1;

/**
 * Repeats calls as the SDK does, until the connection is closed. The SDK's own repetition, when it falls due after that, throws where nobody
 * can catch it, and ends the process: a deploy that succeeded would exit as failed.
 * @param closed aborted before the connection is closed
 */
export function retryUntil(closed: AbortSignal): Interceptor {
  const retry = makeGrpcRetryInterceptor(defaultGrpcRetryOptions());
  return (options, nextCall) => retry(options, (next) => (closed.aborted ? CLOSED : nextCall(next)));
}

/** A call that ends as cancelled without having been made. */
const CLOSED: Call = {
  start(metadata, listener) {
    listener?.onReceiveMessage?.(null);
    listener?.onReceiveStatus?.({ code: CANCELLED, details: 'the connection is closed', metadata });
  },
  sendMessageWithContext() {},
  sendMessage() {},
  startRead() {},
  halfClose() {},
  cancelWithStatus() {},
  getPeer: () => 'closed',
  getAuthContext: () => null,
};
