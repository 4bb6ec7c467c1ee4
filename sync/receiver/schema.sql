-- The receiver's database, in what SQLite takes; schema.cpp turns it into what PostgreSQL takes (INTEGER is 64 bits wide
-- there, INT 32; no references are enforced in either). Ids of devices, epochs and boots are small integers here; the views
-- at the end have them as text. Epochs are random 64-bit numbers, stored as signed; the views write them as 16 hex digits.

-- Devices. key is the one that is registered now, NULL once the device is removed: what it sent stays.
CREATE TABLE IF NOT EXISTS device (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  key INTEGER REFERENCES device_key
) STRICT;

-- Every key that a device ever had: what was sealed with it can still be opened.
CREATE TABLE IF NOT EXISTS device_key (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device,
  public_key BLOB NOT NULL,
  added_utc_us INTEGER NOT NULL,
  UNIQUE (device, public_key)
) STRICT;

-- Under which of our keys a device expects its receipts: as its last inventory named it.
CREATE TABLE IF NOT EXISTS device_recipient (
  device INTEGER PRIMARY KEY REFERENCES device,
  recipient BLOB NOT NULL          -- key id
) STRICT;

-- One row an epoch, with running totals.
CREATE TABLE IF NOT EXISTS epoch (
  device INTEGER NOT NULL REFERENCES device,
  epoch INTEGER NOT NULL,
  batches INTEGER NOT NULL,
  readings INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,     -- batches that came again, byte for byte the same
  first_utc_us INTEGER NOT NULL,   -- receiver's clock
  last_utc_us INTEGER NOT NULL,
  PRIMARY KEY (device, epoch)
) STRICT, WITHOUT ROWID;

-- The ledger: every batch that was received. Rows stay for ever, so that a batch that comes again is known. id ascends with
-- the time of receipt; in PostgreSQL it is the day (since 1970) x 2^40 + a counter, which is what partitions go by.
CREATE TABLE IF NOT EXISTS batch (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device,
  epoch INTEGER NOT NULL,
  number INTEGER NOT NULL,
  class INT NOT NULL,              -- 1 alarm, 2 vital, 3 waveform
  readings INT NOT NULL,
  projected INT NOT NULL,          -- of them, rows of reading
  left_out INT NOT NULL,           -- of them, neither rows nor samples: stored records that came twice, or erased
  boot INTEGER NOT NULL REFERENCES boot,
  suite INT NOT NULL,              -- 0 not sealed
  key INTEGER NOT NULL REFERENCES device_key,  -- the device's, when the batch came
  received_utc_us INTEGER NOT NULL,
  first_us INTEGER,                -- boot clock, of the earliest and latest reading; NULL without any
  last_us INTEGER,
  hash BLOB NOT NULL,              -- SHA-256 of the bytes received
  UNIQUE (device, epoch, number)
) STRICT;

-- The record: a batch's bytes as received, unless rewritten knows it; gone when its retention is over.
CREATE TABLE IF NOT EXISTS body (
  batch INTEGER PRIMARY KEY REFERENCES batch,
  bytes BLOB NOT NULL              -- a Batch of the wire contract, or a JSON document
) STRICT; -- PARTITION BY RANGE (batch)

-- Batches that somebody's readings were erased from: their bytes are not those that were received.
CREATE TABLE IF NOT EXISTS rewritten (
  batch INTEGER PRIMARY KEY REFERENCES batch,
  utc_us INTEGER NOT NULL,
  hash BLOB NOT NULL               -- SHA-256 of the bytes now
) STRICT;

-- What a receipt says: numbers stored or declared lost.
CREATE TABLE IF NOT EXISTS done (
  device INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, first)
) STRICT, WITHOUT ROWID;

-- A batch that came with the key of a stored one and other bytes. The stored one stays as it was.
CREATE TABLE IF NOT EXISTS conflict (
  device INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  number INTEGER NOT NULL,
  hash BLOB NOT NULL,
  count INTEGER NOT NULL,
  first_utc_us INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (device, epoch, number, hash)
) STRICT;

CREATE TABLE IF NOT EXISTS boot (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device,
  boot BLOB NOT NULL,              -- the kernel's boot id
  UNIQUE (device, boot)
) STRICT;

-- At boot_us on the boot clock it was utc_us.
CREATE TABLE IF NOT EXISTS anchor (
  boot INTEGER NOT NULL REFERENCES boot,
  boot_us INTEGER NOT NULL,
  utc_us INTEGER NOT NULL,
  uncertainty_us INTEGER NOT NULL,
  source INT NOT NULL,             -- 1 kernel, 2 real-time clock, 3 operator
  PRIMARY KEY (boot, boot_us)
) STRICT, WITHOUT ROWID;

-- The readings of one metric of one sensor in one unit.
CREATE TABLE IF NOT EXISTS series (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device,
  sensor TEXT NOT NULL,
  metric TEXT NOT NULL,
  mdc INTEGER NOT NULL,            -- 0 none
  unit TEXT NOT NULL,
  UNIQUE (device, sensor, metric, unit, mdc)
) STRICT;

-- Projection of the batches of class alarm and vital, one row a reading: value = mantissa x 10^exponent, unless special.
CREATE TABLE IF NOT EXISTS reading (
  series INTEGER NOT NULL REFERENCES series,
  boot INTEGER NOT NULL REFERENCES boot,
  boot_us INTEGER NOT NULL,
  batch INTEGER NOT NULL REFERENCES batch,
  position INT NOT NULL,           -- in the batch, over all its columns
  mantissa INTEGER NOT NULL,
  exponent INT NOT NULL,
  special INT NOT NULL,            -- 0 a number, 1 NaN, 2 NRes, 3 +INF, 4 -INF, 5 reserved
  quality INT NOT NULL,            -- flags, 0 good
  rate_mhz INTEGER NOT NULL,       -- 0 a single reading
  device_time_us INTEGER,
  record_number INTEGER,
  PRIMARY KEY (series, boot, boot_us, batch, position)
) STRICT, WITHOUT ROWID; -- PARTITION BY RANGE (batch)

-- Where the readings are that are not rows, such as the samples of waveforms: one row a column of a batch. They stay in the
-- batch.
CREATE TABLE IF NOT EXISTS waveform (
  series INTEGER NOT NULL REFERENCES series,
  boot INTEGER NOT NULL REFERENCES boot,
  first_us INTEGER NOT NULL,       -- boot clock, of the first and last sample
  last_us INTEGER NOT NULL,
  batch INTEGER NOT NULL REFERENCES batch,
  position INT NOT NULL,           -- of the first sample in the batch
  samples INT NOT NULL,
  rate_mhz INTEGER NOT NULL,       -- 0 irregular
  PRIMARY KEY (series, boot, first_us, batch, position)
) STRICT, WITHOUT ROWID; -- PARTITION BY RANGE (batch)

-- The newest reading of each series, by the time it was measured at.
CREATE TABLE IF NOT EXISTS latest (
  series INTEGER PRIMARY KEY REFERENCES series,
  boot INTEGER NOT NULL REFERENCES boot,
  boot_us INTEGER NOT NULL,
  batch INTEGER NOT NULL REFERENCES batch,
  position INT NOT NULL,
  mantissa INTEGER NOT NULL,
  exponent INT NOT NULL,
  special INT NOT NULL,
  quality INT NOT NULL
) STRICT;

-- Stored records that sensors have handed over, to whichever device: each is projected once.
CREATE TABLE IF NOT EXISTS stored_record (
  sensor TEXT NOT NULL,
  device_time_us INTEGER NOT NULL,
  record_number INTEGER NOT NULL,
  metric TEXT NOT NULL,
  batch INTEGER NOT NULL REFERENCES batch,  -- which brought it first
  PRIMARY KEY (sensor, device_time_us, record_number, metric)
) STRICT, WITHOUT ROWID;

-- What is missing and why, as the devices declared it.
CREATE TABLE IF NOT EXISTS loss (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device,
  boot INTEGER NOT NULL REFERENCES boot,
  reason INTEGER NOT NULL,         -- 1 evicted, 2 corrupt, 3 sensor absent, 4 queue full, 5 commit failed
  class INTEGER NOT NULL,
  readings INTEGER NOT NULL,       -- 0 unknown
  first_us INTEGER NOT NULL,
  last_us INTEGER NOT NULL,
  epoch INTEGER NOT NULL,          -- with rows in loss_range: of the batches that will never come
  sensor TEXT NOT NULL,
  batch INTEGER NOT NULL REFERENCES batch  -- which declared it
) STRICT;

CREATE TABLE IF NOT EXISTS loss_range (
  loss INTEGER NOT NULL REFERENCES loss,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (loss, first)
) STRICT, WITHOUT ROWID;

-- What a device said it holds, at its last connect.
CREATE TABLE IF NOT EXISTS inventory (
  device INTEGER NOT NULL REFERENCES device,
  epoch INTEGER NOT NULL,
  last INTEGER NOT NULL,           -- highest number given out
  received_utc_us INTEGER NOT NULL,
  rank INT NOT NULL,               -- ascends with the epochs of a device: the order in which it began them
  PRIMARY KEY (device, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS held (
  device INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, first)
) STRICT, WITHOUT ROWID;

-- What was not taken. device is '' where it is none that is registered.
CREATE TABLE IF NOT EXISTS refusal (
  device TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_utc_us INTEGER NOT NULL,
  PRIMARY KEY (device, reason)
) STRICT, WITHOUT ROWID;

-- Whose readings a sensor measures: those from from_utc_us on and before to_utc_us are the subject's.
CREATE TABLE IF NOT EXISTS binding (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device,
  sensor TEXT NOT NULL,
  subject TEXT NOT NULL,
  from_utc_us INTEGER NOT NULL,
  to_utc_us INTEGER NOT NULL,      -- the largest integer: for the time being
  erased_utc_us INTEGER            -- NULL unless the subject's readings were erased
) STRICT;

-- Batches of alarms that the webhook has not taken yet.
CREATE TABLE IF NOT EXISTS alarm (
  batch INTEGER PRIMARY KEY REFERENCES batch
) STRICT;

-- Small numbers by name: devices (raised when a device is added, removed or gets a key), and the lowest batch whose readings
-- or body is kept.
CREATE TABLE IF NOT EXISTS setting (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO setting VALUES ('devices', 0), ('readings_from', 0), ('bodies_from', 0) ON CONFLICT DO NOTHING;

CREATE VIEW IF NOT EXISTS batches AS
SELECT device.name AS device, printf('%016x', epoch) AS epoch, number,
       CASE class WHEN 1 THEN 'alarm' WHEN 2 THEN 'vital' ELSE 'waveform' END AS class, readings, hex(boot.boot) AS boot,
       suite, received_utc_us, first_us, last_us, length(bytes) AS size, batch.id AS batch
FROM batch JOIN device ON device.id = batch.device JOIN boot ON boot.id = batch.boot LEFT JOIN body ON body.batch = batch.id;

-- utc_us from the boot's last anchor before the reading, or else its first one; NULL where it has none. (An export
-- interpolates between two.)
CREATE VIEW IF NOT EXISTS readings AS
SELECT device.name AS device, sensor, metric, mdc, unit, hex(boot.boot) AS boot, boot_us,
       reading.boot_us + coalesce(
           (SELECT utc_us - boot_us FROM anchor WHERE boot = reading.boot AND boot_us <= reading.boot_us
            ORDER BY boot_us DESC LIMIT 1),
           (SELECT utc_us - boot_us FROM anchor WHERE boot = reading.boot ORDER BY boot_us LIMIT 1)) AS utc_us,
       CASE special WHEN 0 THEN CAST(mantissa || 'e' || exponent AS REAL) END AS value, mantissa, exponent, special, quality,
       rate_mhz, device_time_us, record_number, printf('%016x', epoch) AS epoch, number, position
FROM reading JOIN series ON series.id = reading.series JOIN device ON device.id = series.device
     JOIN boot ON boot.id = reading.boot JOIN batch ON batch.id = reading.batch;

CREATE VIEW IF NOT EXISTS waveforms AS
SELECT device.name AS device, sensor, metric, mdc, unit, hex(boot.boot) AS boot, waveform.first_us, waveform.last_us,
       waveform.first_us + coalesce(
           (SELECT utc_us - boot_us FROM anchor WHERE boot = waveform.boot AND boot_us <= waveform.first_us
            ORDER BY boot_us DESC LIMIT 1),
           (SELECT utc_us - boot_us FROM anchor WHERE boot = waveform.boot ORDER BY boot_us LIMIT 1)) AS first_utc_us,
       samples, rate_mhz, printf('%016x', epoch) AS epoch, number, position
FROM waveform JOIN series ON series.id = waveform.series JOIN device ON device.id = series.device
     JOIN boot ON boot.id = waveform.boot JOIN batch ON batch.id = waveform.batch;

CREATE VIEW IF NOT EXISTS losses AS
SELECT device.name AS device, hex(boot.boot) AS boot,
       CASE reason WHEN 1 THEN 'evicted' WHEN 2 THEN 'corrupt' WHEN 3 THEN 'sensor_absent' WHEN 4 THEN 'queue_full'
                   ELSE 'commit_failed' END AS reason,
       CASE class WHEN 1 THEN 'alarm' WHEN 2 THEN 'vital' ELSE 'waveform' END AS class, readings, first_us, last_us,
       printf('%016x', epoch) AS epoch, loss_range.first AS first_number, loss_range.last AS last_number, sensor
FROM loss JOIN device ON device.id = loss.device JOIN boot ON boot.id = loss.boot
     LEFT JOIN loss_range ON loss_range.loss = loss.id;

CREATE VIEW IF NOT EXISTS latest_readings AS
SELECT device.name AS device, sensor, metric, mdc, unit, hex(boot.boot) AS boot, boot_us,
       latest.boot_us + coalesce(
           (SELECT utc_us - boot_us FROM anchor WHERE boot = latest.boot AND boot_us <= latest.boot_us
            ORDER BY boot_us DESC LIMIT 1),
           (SELECT utc_us - boot_us FROM anchor WHERE boot = latest.boot ORDER BY boot_us LIMIT 1)) AS utc_us,
       CASE special WHEN 0 THEN CAST(mantissa || 'e' || exponent AS REAL) END AS value, mantissa, exponent, special, quality
FROM latest JOIN series ON series.id = latest.series JOIN device ON device.id = series.device
     JOIN boot ON boot.id = latest.boot;
