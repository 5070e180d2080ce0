import { ATTRIBUTES, faultsOf, found, make, SETTINGS, stop } from './fake-thing.mjs';
import { decode, encode, UNKNOWN } from './msgpack.mjs';
import { field, flag, message, read } from './protobuf.mjs';

const TYPE = 'fake_thing';
const NOTHING = Buffer.alloc(0);
const ERROR = 1;

/** The calls of tfplugin5 that terraform needs of a provider, and go-plugin's own to end it. */
export const calls = {
  '/plugin.GRPCController/Shutdown': (_request, stream) => {
    stream.on('close', () => process.exit(0));
    return NOTHING;
  },
  '/tfplugin5.Provider/GetSchema': () => {
    const things = message(field(1, TYPE), field(2, schema(ATTRIBUTES)));
    return message(field(1, schema(SETTINGS)), field(2, things), field(3, things));
  },
  '/tfplugin5.Provider/PrepareProviderConfig': (request) => field(1, read(request)[1]),
  '/tfplugin5.Provider/Configure': () => NOTHING,
  '/tfplugin5.Provider/ValidateResourceTypeConfig': (request) => validate(read(request)[2]),
  '/tfplugin5.Provider/ValidateDataSourceConfig': (request) => validate(read(request)[2]),
  '/tfplugin5.Provider/UpgradeResourceState': (request) => {
    const { 1: json } = read(read(request)[3]);
    return field(1, field(2, json));
  },
  '/tfplugin5.Provider/ReadResource': (request) => {
    const recorded = valueOf(read(request)[2]);
    return field(1, dynamic(found(recorded, process.env.FAKE_PROVIDER_WORLD)));
  },
  '/tfplugin5.Provider/PlanResourceChange': (request) => {
    const planned = valueOf(read(request)[3]);
    if (planned === null) {
      return field(1, dynamic(null));
    }
    // Terraform proposes no id for what is still to be made, and keeps nothing that may only be written.
    return field(1, dynamic({ ...planned, id: planned.id ?? UNKNOWN, once: null }));
  },
  '/tfplugin5.Provider/ApplyResourceChange': async (request) => {
    const { 2: prior, 3: planned } = read(request);
    const { value, errors } = await make(valueOf(planned), valueOf(prior));
    return message(field(1, dynamic(value)), ...errors.map((error) => field(3, diagnostic(error))));
  },
  '/tfplugin5.Provider/ReadDataSource': async (request) => {
    const { value, errors } = await make(valueOf(read(request)[2]), null);
    return message(field(1, dynamic(value)), ...errors.map((error) => field(2, diagnostic(error))));
  },
  '/tfplugin5.Provider/Stop': () => {
    stop();
    return NOTHING;
  },
};

function schema(attributes) {
  const described = attributes.map(({ name, type, optional, computed, sensitive, writeOnly }) =>
    field(
      2,
      message(
        field(1, name),
        field(2, JSON.stringify(type)),
        flag(5, optional),
        flag(6, computed),
        flag(7, sensitive),
        flag(10, writeOnly),
      ),
    ),
  );
  return field(2, message(...described));
}

function validate(config) {
  return message(...faultsOf(valueOf(config)).map((fault) => field(1, diagnostic(fault))));
}

function diagnostic({ summary, detail, attribute }) {
  const place = attribute === undefined ? NOTHING : field(4, field(1, field(1, attribute)));
  return message(flag(1, ERROR), field(2, summary), field(3, detail), place);
}

function valueOf(dynamicValue) {
  return decode(read(dynamicValue)[1]);
}

function dynamic(value) {
  return field(1, encode(value));
}
