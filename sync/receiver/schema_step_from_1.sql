-- From version 1 of the SQLite schema to version 2: a batch's bytes move into a table of their own.
DROP VIEW IF EXISTS batches; DROP VIEW IF EXISTS readings; DROP VIEW IF EXISTS waveforms; DROP VIEW IF EXISTS losses;
CREATE TABLE IF NOT EXISTS device_recipient (
  device INTEGER PRIMARY KEY REFERENCES device,
  recipient BLOB NOT NULL
) STRICT;
ALTER TABLE batch RENAME TO old_batch;
ALTER TABLE reading RENAME TO old_reading;
ALTER TABLE waveform RENAME TO old_waveform;
ALTER TABLE inventory RENAME TO old_inventory;
CREATE INDEX old_reading_by_batch ON old_reading (batch);
CREATE INDEX old_waveform_by_batch ON old_waveform (batch);

-- The ledger: every batch that was received. Rows stay for ever, so that a batch that comes again is known. id ascends with
-- the time of receipt; in PostgreSQL it is the day (since 1970) x 2^40 + a counter, which is what partitions go by.
CREATE TABLE batch (
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
CREATE TABLE body (
  batch INTEGER PRIMARY KEY REFERENCES batch,
  bytes BLOB NOT NULL              -- a Batch of the wire contract, or a JSON document
) STRICT; -- PARTITION BY RANGE (batch)

-- Batches that somebody's readings were erased from: their bytes are not those that were received.
CREATE TABLE rewritten (
  batch INTEGER PRIMARY KEY REFERENCES batch,
  utc_us INTEGER NOT NULL,
  hash BLOB NOT NULL               -- SHA-256 of the bytes now
) STRICT;

-- Projection of the batches of class alarm and vital, one row a reading: value = mantissa x 10^exponent, unless special.
CREATE TABLE reading (
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
CREATE TABLE waveform (
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
CREATE TABLE latest (
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
CREATE TABLE stored_record (
  sensor TEXT NOT NULL,
  device_time_us INTEGER NOT NULL,
  record_number INTEGER NOT NULL,
  metric TEXT NOT NULL,
  batch INTEGER NOT NULL REFERENCES batch,  -- which brought it first
  PRIMARY KEY (sensor, device_time_us, record_number, metric)
) STRICT, WITHOUT ROWID;

-- Whose readings a sensor measures: those from from_utc_us on and before to_utc_us are the subject's.
CREATE TABLE binding (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device,
  sensor TEXT NOT NULL,
  subject TEXT NOT NULL,
  from_utc_us INTEGER NOT NULL,
  to_utc_us INTEGER NOT NULL,      -- the largest integer: for the time being
  erased_utc_us INTEGER            -- NULL unless the subject's readings were erased
) STRICT;

-- Batches of alarms that the webhook has not taken yet.
CREATE TABLE alarm (
  batch INTEGER PRIMARY KEY REFERENCES batch
) STRICT;

-- Small numbers by name: devices (raised when a device is added, removed or gets a key), and the lowest batch whose readings
-- or body is kept.
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a device said it holds, at its last connect.
CREATE TABLE inventory (
  device INTEGER NOT NULL REFERENCES device,
  epoch INTEGER NOT NULL,
  last INTEGER NOT NULL,           -- highest number given out
  received_utc_us INTEGER NOT NULL,
  rank INT NOT NULL,               -- ascends with the epochs of a device: the order in which it began them
  PRIMARY KEY (device, epoch)
) STRICT, WITHOUT ROWID;

INSERT INTO setting VALUES ('devices', 0), ('readings_from', 0), ('bodies_from', 0);
INSERT INTO batch SELECT id, device, epoch, number, class, readings, CASE class WHEN 3 THEN 0 ELSE readings END, 0, boot, suite,
  key, received_utc_us,
  coalesce((SELECT min(boot_us) FROM old_reading WHERE batch = old_batch.id),
           (SELECT min(first_us) FROM old_waveform WHERE batch = old_batch.id)),
  coalesce((SELECT max(boot_us) FROM old_reading WHERE batch = old_batch.id),
           (SELECT max(last_us) FROM old_waveform WHERE batch = old_batch.id)), hash FROM old_batch;
INSERT INTO body SELECT id, bytes FROM old_batch;
INSERT INTO reading SELECT * FROM old_reading;
INSERT INTO waveform SELECT * FROM old_waveform;
INSERT INTO inventory SELECT device, epoch, last, received_utc_us, row_number() OVER (PARTITION BY device ORDER BY
  received_utc_us) FROM old_inventory;
DROP TABLE old_reading; DROP TABLE old_waveform; DROP TABLE old_inventory; DROP TABLE old_batch;

CREATE VIEW batches AS
SELECT device.name AS device, printf('%016x', epoch) AS epoch, number,
       CASE class WHEN 1 THEN 'alarm' WHEN 2 THEN 'vital' ELSE 'waveform' END AS class, readings, hex(boot.boot) AS boot,
       suite, received_utc_us, first_us, last_us, length(bytes) AS size, batch.id AS batch
FROM batch JOIN device ON device.id = batch.device JOIN boot ON boot.id = batch.boot LEFT JOIN body ON body.batch = batch.id;

-- utc_us from the boot's last anchor before the reading, or else its first one; NULL where it has none. (An export
-- interpolates between two.)
CREATE VIEW readings AS
SELECT device.name AS device, sensor, metric, mdc, unit, hex(boot.boot) AS boot, boot_us,
       reading.boot_us + coalesce(
           (SELECT utc_us - boot_us FROM anchor WHERE boot = reading.boot AND boot_us <= reading.boot_us
            ORDER BY boot_us DESC LIMIT 1),
           (SELECT utc_us - boot_us FROM anchor WHERE boot = reading.boot ORDER BY boot_us LIMIT 1)) AS utc_us,
       CASE special WHEN 0 THEN CAST(mantissa || 'e' || exponent AS REAL) END AS value, mantissa, exponent, special, quality,
       rate_mhz, device_time_us, record_number, printf('%016x', epoch) AS epoch, number, position
FROM reading JOIN series ON series.id = reading.series JOIN device ON device.id = series.device
     JOIN boot ON boot.id = reading.boot JOIN batch ON batch.id = reading.batch;

CREATE VIEW waveforms AS
SELECT device.name AS device, sensor, metric, mdc, unit, hex(boot.boot) AS boot, waveform.first_us, waveform.last_us,
       waveform.first_us + coalesce(
           (SELECT utc_us - boot_us FROM anchor WHERE boot = waveform.boot AND boot_us <= waveform.first_us
            ORDER BY boot_us DESC LIMIT 1),
           (SELECT utc_us - boot_us FROM anchor WHERE boot = waveform.boot ORDER BY boot_us LIMIT 1)) AS first_utc_us,
       samples, rate_mhz, printf('%016x', epoch) AS epoch, number, position
FROM waveform JOIN series ON series.id = waveform.series JOIN device ON device.id = series.device
     JOIN boot ON boot.id = waveform.boot JOIN batch ON batch.id = waveform.batch;

CREATE VIEW losses AS
SELECT device.name AS device, hex(boot.boot) AS boot,
       CASE reason WHEN 1 THEN 'evicted' WHEN 2 THEN 'corrupt' WHEN 3 THEN 'sensor_absent' WHEN 4 THEN 'queue_full'
                   ELSE 'commit_failed' END AS reason,
       CASE class WHEN 1 THEN 'alarm' WHEN 2 THEN 'vital' ELSE 'waveform' END AS class, readings, first_us, last_us,
       printf('%016x', epoch) AS epoch, loss_range.first AS first_number, loss_range.last AS last_number, sensor
FROM loss JOIN device ON device.id = loss.device JOIN boot ON boot.id = loss.boot
     LEFT JOIN loss_range ON loss_range.loss = loss.id;

CREATE VIEW latest_readings AS
SELECT device.name AS device, sensor, metric, mdc, unit, hex(boot.boot) AS boot, boot_us,
       latest.boot_us + coalesce(
           (SELECT utc_us - boot_us FROM anchor WHERE boot = latest.boot AND boot_us <= latest.boot_us
            ORDER BY boot_us DESC LIMIT 1),
           (SELECT utc_us - boot_us FROM anchor WHERE boot = latest.boot ORDER BY boot_us LIMIT 1)) AS utc_us,
       CASE special WHEN 0 THEN CAST(mantissa || 'e' || exponent AS REAL) END AS value, mantissa, exponent, special, quality
FROM latest JOIN series ON series.id = latest.series JOIN device ON device.id = series.device
     JOIN boot ON boot.id = latest.boot;
