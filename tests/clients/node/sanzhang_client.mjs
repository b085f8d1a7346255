// What a client program needs beside the protos: services by name, who calls, errors with their details.
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const CALL_MS = 20_000;

// Field names as in the protos, 64-bit integers and enums as text.
const OPTIONS = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };

export const requestId = randomUUID;
export const person = (id) => metadata('sanzhang-person', id);
export const service = (id) => metadata('sanzhang-service', id);

function metadata(key, value) {
  const made = new grpc.Metadata();
  made.set(key, value);
  return made;
}

export class Sanzhang {
  constructor(address, protoFolder) {
    const files = readdirSync(protoFolder, { recursive: true }).filter((name) => name.endsWith('.proto'));
    const definition = protoLoader.loadSync(files, { ...OPTIONS, includeDirs: [protoFolder] });
    const { sanzhang } = grpc.loadPackageDefinition(definition);
    const connect = (Service) => new Service(address, grpc.credentials.createInsecure());
    this.registry = connect(sanzhang.registry.v1.RegistryService);
    this.complaint = connect(sanzhang.complaint.v1.ComplaintService);
    this.log = connect(sanzhang.log.v1.EventLogService);
    this.committee = connect(sanzhang.views.v1.ResidentsCommitteeService);
    this.resident = connect(sanzhang.views.v1.ResidentService);

    const root = new protobuf.Root();
    root.resolvePath = (_origin, target) =>
      target.startsWith('google/protobuf/') ? null : join(protoFolder, target);
    root.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);
    this.details = root;
  }

  close() {
    for (const client of [this.registry, this.complaint, this.log, this.committee, this.resident]) client.close();
  }

  // Resolves when the server can be reached.
  ready() {
    return new Promise((resolve, reject) =>
      this.log.waitForReady(Date.now() + CALL_MS, (error) => (error ? reject(error) : resolve())));
  }

  // The answer; or throws an error with `code`, `reason`, `metadata` and `violations`.
  call(client, method, request, who) {
    return new Promise((resolve, reject) =>
      client[method](request, who, { deadline: Date.now() + CALL_MS }, (error, answer) =>
        error ? reject(Object.assign(error, this.detailsOf(error))) : resolve(answer)));
  }

  // An async iterable of answers; `cancel()` ends it.
  follow(client, method, request, who) {
    return client[method](request, who, { deadline: Date.now() + CALL_MS });
  }

  // The google.rpc details that travel in the trailers of a failed call.
  detailsOf(error) {
    const found = { reason: '', facts: {}, violations: {} };
    const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
    if (!bytes) return found;
    for (const { type_url: url, value } of this.details.lookupType('google.rpc.Status').decode(bytes).details) {
      const detail = this.details.lookupType(url.split('/').pop()).decode(value);
      if (detail.domain === 'sanzhang') Object.assign(found, { reason: detail.reason, facts: detail.metadata });
      for (const { field, description } of detail.fieldViolations ?? []) found.violations[field] = description;
    }
    return found;
  }
}
