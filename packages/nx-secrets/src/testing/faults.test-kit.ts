/** What befalls a request on its way. */
export type FaultKind = 'throttled' | 'error' | 'error-after' | 'dropped' | 'dropped-after' | 'denied';

/** A fault of a run's n-th request, from 0. */
export interface Fault {
  readonly request: number;
  readonly kind: FaultKind;
}

export const faultKinds: readonly FaultKind[] = [
  'throttled',
  'error',
  'error-after',
  'dropped',
  'dropped-after',
  'denied',
];

/** An answer as the SDK gets it. */
export interface WireAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const refusal = (statusCode: number, __type: string): WireAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: Buffer.from(JSON.stringify({ __type, Message: 'ordered by a test' })),
});
const droppedConnection = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** Sends a request that a fault befalls. */
export function sendUnder(kind: FaultKind, send: () => WireAnswer): WireAnswer {
  switch (kind) {
    case 'throttled':
      return refusal(400, 'ThrottlingException');
    case 'denied':
      return refusal(400, 'AccessDeniedException');
    case 'error':
      return refusal(500, 'InternalFailure');
    case 'error-after':
      send();
      return refusal(500, 'InternalFailure');
    case 'dropped':
      throw droppedConnection();
    case 'dropped-after':
      send();
      throw droppedConnection();
  }
}
