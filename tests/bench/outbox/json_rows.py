"""The plain way: one JSON row a reading, 1,000 a transaction, through Python's sqlite3. Prints readings a second."""

import json
import sqlite3
import sys
import time

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("PRAGMA synchronous=FULL")
connection.execute("CREATE TABLE reading(id INTEGER PRIMARY KEY, json TEXT)")
started, rows = time.monotonic(), 0
while time.monotonic() - started < 3:
    connection.execute("BEGIN")
    for _ in range(1000):
        document = {"sensor": "ecg-1", "metric": "heart_rate", "time_us": 1000000 + rows * 10000, "value": 70 + rows % 20}
        connection.execute("INSERT INTO reading(json) VALUES(?)", (json.dumps(document),))
        rows += 1
    connection.execute("COMMIT")
print(rows / (time.monotonic() - started))
