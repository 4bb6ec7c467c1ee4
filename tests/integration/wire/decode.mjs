// Readings out of a batch's body, with nothing but protobufjs: an example for receivers in other languages.
// Every number is a BigInt here: values may use all 64 bits.

const SPECIALS = ["", "not_a_number", "not_at_resolution", "positive_infinity", "negative_infinity", "reserved"];
const signed = (number) => BigInt.asIntN(64, number);

// A list of `count` numbers: docs/wire.md, "Lists of numbers".
export function readNumbers(bytes, order, count) {
  let position = 0, p = 24, last = 0n, step = 0n;
  const bit = () => {
    if (position >= bytes.length * 8) throw new Error("a list has fewer numbers than the column readings");
    const value = (bytes[position >> 3] >> (7 - (position & 7))) & 1;
    position += 1;
    return value;
  };
  const bits = (n) => {
    let value = 0n;
    for (; n > 0; n -= 1) value = (value << 1n) | BigInt(bit());
    return value;
  };
  const plain = () => bits(Number(bits(6)) + 1);
  const rice = () => {
    const k = p >> 3;
    let q = 0;
    while (q < 12 && bit() === 1) q += 1;
    p = q === 0 ? Math.max(p - 2, 0) : q === 1 ? p : Math.min(p + q, 256);
    return q === 12 ? plain() : (BigInt(q) << BigInt(k)) | bits(k);
  };
  const numbers = [];
  for (let i = 0; i < count; i += 1) {
    const z = i < order ? plain() : rice();
    const change = signed(step + ((z >> 1n) ^ -(z & 1n)));
    last = signed(last + change);
    if (order === 2 && i > 0) step = change;
    numbers.push(last);
  }
  return numbers;
}

// Tick i of a clock of that rate: first + (phase + i x 10^9) / rate microseconds, rounded down.
const ticks = (first, rate, phase, count) =>
  Array.from({ length: count }, (_, i) => signed(first + (BigInt(phase) + BigInt(i) * 1000000000n) / BigInt(rate)));

function qualityWords(runs, count) {
  const words = [];
  for (let i = 0; i < runs.length; i += 2) words.push(...Array(runs[i + 1]).fill(runs[i]));
  return words.length > 0 ? words : Array(count).fill(0);
}

// `body`: a vitald.v1.Body as protobufjs decodes it. The readings in the columns' order.
export function readingsOf(body) {
  return body.column.flatMap((column) => {
    const count = column.count;
    const resolution = BigInt(column.resolution_us || 1000);
    const base = BigInt(body.base_us.toString());
    const first = (n) => signed(base + n * resolution);
    const times = column.rate_mhz
      ? ticks(first(readNumbers(column.time, 2, 1)[0]), column.rate_mhz, 0, count)
      : readNumbers(column.time, 2, count).map(first);
    const numbers = readNumbers(column.value, 1, count);
    const factor = BigInt(column.factor.toString()) || 1n;
    const words = qualityWords(column.quality, count);
    const deviceTimes = column.device_time_us.length === 0 ? []
      : column.device_rate_mhz
        ? ticks(readNumbers(column.device_time_us, 2, 1)[0], column.device_rate_mhz, column.device_phase, count)
        : readNumbers(column.device_time_us, 2, count);
    const records = column.record_number.length === 0 ? [] : readNumbers(column.record_number, 1, count);
    return times.map((time, i) => ({
      sensor: body.sensor[column.sensor],
      metric: column.metric,
      mdc: column.mdc,
      unit: column.unit,
      bootUs: time,
      mantissa: signed(numbers[0] + factor * (numbers[i] - numbers[0])),  // value = mantissa x 10^exponent
      exponent: column.exponent,
      special: SPECIALS[words[i] & 7],
      quality: words[i] >> 3,
      deviceTimeUs: deviceTimes[i],
      recordNumber: records[i],
      rateMhz: column.rate_mhz,
    }));
  });
}
