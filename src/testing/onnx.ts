/** Types of numbers in a tensor, as ONNX numbers them. */
const TYPES = { float: 1, int64: 7 } as const;

export interface OnnxValue {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  /** A name stands for a size that each call decides. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Operators in the order they run; attributes are whole numbers, or lists of them. */
  readonly nodes: readonly {
    readonly op: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
  }[];
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array | BigInt64Array }[];
}

/** The bytes of an ONNX file (onnx.proto, IR version 8, opset 17): for tests that make their own tiny model, as none may be fetched. */
export function onnxModel({ inputs, outputs, nodes, weights }: OnnxModel): Uint8Array {
  const graph = [
    ...nodes.map(({ op, inputs: from, outputs: to, attributes = {} }) =>
      field(1, [
        ...from.map((name) => field(1, name)),
        ...to.map((name) => field(2, name)),
        field(4, op),
        ...Object.entries(attributes).map(([name, value]) =>
          field(5, [
            field(1, name),
            ...(typeof value === "number" ? [field(3, value), field(20, 2)] : [...value.map((each) => field(8, each)), field(20, 7)]),
          ]),
        ),
      ]),
    ),
    field(2, "tiny"),
    ...weights.map(({ name, shape, data }) =>
      field(5, [
        ...shape.map((size) => field(1, size)),
        field(2, data instanceof Float32Array ? TYPES.float : TYPES.int64),
        field(8, name),
        field(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
      ]),
    ),
    ...inputs.map((value) => field(11, described(value))),
    ...outputs.map((value) => field(12, described(value))),
  ];
  return Buffer.concat([field(1, 8), field(7, graph), field(8, [field(2, 17)])]);
}

const described = ({ name, type, shape }: OnnxValue): Buffer[] => [
  field(1, name),
  field(2, [
    field(1, [field(1, TYPES[type]), field(2, [...shape.map((size) => field(1, [field(typeof size === "number" ? 1 : 2, size)]))])]),
  ]),
];

/** One field of a protocol buffer: a number, or bytes with their length before them. */
function field(number: number, value: number | string | Buffer | readonly Buffer[]): Buffer {
  if (typeof value === "number") return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = typeof value === "string" ? Buffer.from(value) : Buffer.isBuffer(value) ? value : Buffer.concat([...value]);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}
