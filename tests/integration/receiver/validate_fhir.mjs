// validate_fhir.mjs EXPORTER FOLDER NPM: runs the exporter and holds every line of its output against npm's `fhir` as R4,
// and against what the export promises beyond that. The package is installed into FOLDER, once.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [exporter, folder, npm] = process.argv.slice(2).map((argument) => resolve(argument));
const MDC = 'urn:iso:std:iso:11073:10101';
const LOINC = 'http://loinc.org';

function install() {
  if (existsSync(join(folder, 'node_modules', 'fhir'))) return true;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  try {
    execFileSync(npm, ['install', '--no-audit', '--no-fund', '--prefix', folder, 'fhir@4.12.0'], { stdio: 'pipe' });
    return true;
  } catch (error) {
    console.log(`SKIPPED: npm install fhir failed: ${String(error.stderr ?? error).trim().split('\n').pop()}`);
    return false;
  }
}

// What is wrong with an Observation beyond the schema, as sentences.
function promises(o) {
  const wrong = [];
  const hold = (holds, sentence) => holds || wrong.push(sentence);
  const codings = o.code.coding;
  hold(/^[A-Za-z0-9.-]{1,64}$/.test(o.id), 'id is no FHIR id');
  hold(o.category.some((c) => c.coding.some((k) => k.code === 'vital-signs')), 'category vital-signs is missing');
  hold(codings.some((c) => c.system === MDC) || codings.some((c) => c.system === 'urn:vitald:metric'), 'no MDC coding');
  hold(codings.filter((c) => c.system === MDC).every((c) => /^\d+$/.test(c.code)), 'an MDC code is not decimal');
  hold(codings.filter((c) => c.system === LOINC).every((c) => /^\d+-\d$/.test(c.code)), 'a LOINC code is none');
  hold(o.effectiveDateTime || o.effectivePeriod || o._effectiveDateTime, 'effective is missing');
  hold(o.identifier?.[0]?.value && o.device?.identifier?.value && o.subject?.reference, 'identifier, device or subject is missing');
  const values = [o, ...(o.component ?? [])].filter((part) => !part.component);
  for (const part of values) {
    const kinds = Object.keys(part).filter((key) => key.startsWith('value') || key === 'dataAbsentReason');
    hold(kinds.length === 1, `one value or reason, not ${kinds}`);
    for (const quantity of [part.valueQuantity, part.valueSampledData?.origin].filter(Boolean))
      hold(quantity.system === 'http://unitsofmeasure.org' && quantity.code && quantity.unit, 'a quantity without UCUM');
  }
  return wrong;
}

function errors(fhir, line) {
  const observation = JSON.parse(line);
  const { valid, messages } = fhir.validate(observation, { errorOnUnexpected: true });
  const schema = messages.filter((m) => m.severity === 'error' || m.severity === 'fatal').map((m) => `${m.location}: ${m.message}`);
  if (!valid && schema.length === 0) schema.push('not valid');
  return [...schema, ...promises(observation)].map((sentence) => `${observation.id} ${observation.code?.text}: ${sentence}`);
}

if (!install()) process.exit(0);
const { Fhir } = createRequire(join(folder, 'package.json'))('fhir');
const fhir = new Fhir();
const lines = execFileSync(exporter, { maxBuffer: 1 << 28 }).toString().trim().split('\n');
if (fhir.validate({ resourceType: 'Observation', status: 'final', nonsense: 1 }, { errorOnUnexpected: true }).valid)
  throw new Error('the validator accepts nonsense');
const faults = lines.flatMap((line) => errors(fhir, line));
faults.forEach((fault) => console.log(fault));
const of = (part) => lines.filter((line) => line.includes(part)).length;
console.log(`${lines.length} Observations, ${of('valueSampledData')} waveforms, ${of('"component"')} panels, ${faults.length} faults`);
process.exit(faults.length === 0 && lines.length > 80 ? 0 : 1);
