// read_fhir_api.mjs SERVER FOLDER NPM: starts the server and reads its FHIR API with an independent client, npm's
// `fhir-kit-client`; holds every resource against npm's `fhir` as R4. The packages are installed into FOLDER, once.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [server, folder, npm] = process.argv.slice(2).map((argument) => resolve(argument));
const packages = { fhir: '4.12.0', 'fhir-kit-client': '1.9.2' };

function install() {
  if (Object.keys(packages).every((name) => existsSync(join(folder, 'node_modules', name)))) return true;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{"private": true}');
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  try {
    execFileSync(npm, ['install', '--no-audit', '--no-fund', '--prefix', folder, ...wanted], { stdio: 'pipe' });
    return true;
  } catch (error) {
    console.log(`SKIPPED: npm install ${wanted.join(' ')} failed: ${String(error.stderr ?? error).trim().split('\n').pop()}`);
    return false;
  }
}

const wrong = [];
const hold = (holds, sentence) => holds || wrong.push(sentence);

let fhir;
function validate(resource) {
  const { valid, messages } = fhir.validate(resource, { errorOnUnexpected: true });
  const errors = messages.filter((m) => m.severity === 'error' || m.severity === 'fatal');
  hold(valid && errors.length === 0,
    `${resource.resourceType} ${resource.id ?? ''}: ${errors.map((m) => `${m.location}: ${m.message}`).join('; ')}`);
}

async function pages(client, searchParams) {
  const all = [];
  let bundle = await client.search({ resourceType: 'Observation', searchParams });
  while (bundle) {
    validate(bundle);
    all.push(...(bundle.entry ?? []).map((entry) => entry.resource));
    bundle = bundle.link.some((link) => link.relation === 'next') ? await client.nextPage({ bundle }) : undefined;
  }
  return all;
}

async function refused(call, status) {
  try {
    await call();
    return false;
  } catch (error) {
    return error.response?.status === status && error.response?.data?.resourceType === 'OperationOutcome';
  }
}

async function read(baseUrl) {
  const Client = createRequire(join(folder, 'package.json'))('fhir-kit-client');
  const client = new (Client.default ?? Client)({ baseUrl, bearerToken: 'let-me-in' });
  const statement = await client.capabilityStatement();
  validate(statement);
  hold(statement.fhirVersion === '4.0.1', 'not R4');

  const all = await pages(client, { _count: 7 });
  all.forEach(validate);
  const twice = all.map((o) => o.id).filter((id, at, ids) => ids.indexOf(id) !== at);
  hold(twice.length === 0, `Observations came twice: ${twice.join(' ')}`);
  hold(all.length > 80, `only ${all.length} Observations`);
  hold(all.some((o) => o.valueSampledData), 'no SampledData');
  hold(all.filter((o) => o.component).every((o) => o.code.coding.some((c) => c.code === '85354-9')), 'a panel of another code');
  hold(all.some((o) => o.dataAbsentReason), 'no dataAbsentReason');
  hold(all.some((o) => o.identifier.some((i) => /^001122AABBCC-gateway-1-\d+-\d+$/.test(i.value))), 'no PHD identifier');

  const rates = await pages(client, { code: 'http://loinc.org|8867-4', subject: 'Patient/gateway-1' });
  hold(rates.length > 5 && rates.every((o) => o.subject.reference === 'Patient/gateway-1'), 'code and subject');
  hold((await pages(client, { code: '8867-4', date: 'lt2000-01-01' })).length === 0, 'date');
  hold((await pages(client, { date: ['ge2026-01-02', 'lt2026-01-03'] })).length > 50, 'a span of dates');

  const one = await client.read({ resourceType: 'Observation', id: all[3].id });
  hold(JSON.stringify(one) === JSON.stringify(all[3]), 'an Observation is another one when it is read');
  for (const o of all.slice(0, 20)) {
    const device = await client.resolve({ reference: o.device.reference });
    validate(device);
    hold(device.identifier[0].value === o.device.identifier.value, 'a device of another identifier');
  }
  const devices = await client.search({ resourceType: 'Device' });
  validate(devices);
  hold(devices.entry.some((e) => !e.resource.parent), 'no gateway');

  hold(await refused(() => client.read({ resourceType: 'Observation', id: 'none' }), 404), 'not found is not said');
  hold(await refused(() => client.search({ resourceType: 'Observation', searchParams: { date: 'now' } }), 400), 'a wrong date');
  client.bearerToken = 'wrong';
  hold(await refused(() => client.search({ resourceType: 'Observation' }), 401), 'a wrong token is let in');
  return all.length;
}

if (!install()) process.exit(0);
fhir = new (createRequire(join(folder, 'package.json'))('fhir').Fhir)();
const child = spawn(server, { stdio: ['pipe', 'pipe', 'inherit'] });
const port = await new Promise((done) => child.stdout.once('data', (data) => done(Number(data))));
try {
  const count = await read(`http://127.0.0.1:${port}`);
  console.log(`${count} Observations read, ${wrong.length} faults`);
} catch (error) {
  wrong.push(String(error.stack ?? error));
} finally {
  child.kill();
}
wrong.forEach((sentence) => console.log(sentence));
process.exit(wrong.length === 0 ? 0 : 1);
