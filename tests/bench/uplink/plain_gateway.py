#!/usr/bin/env python3
"""What a plain gateway does: rows of JSON in SQLite, 1,000 a transaction, each published by paho-mqtt with QoS 1 over mutual
TLS and deleted when it is acknowledged. Prints readings a second of the draining."""

import argparse
import json
import random
import sqlite3
import threading
import time

import paho.mqtt.client as mqtt

ROWS = 1000


def fill(database, readings):
    database.execute("CREATE TABLE reading (id INTEGER PRIMARY KEY, payload TEXT)")
    at = 0
    for _ in range(readings):
        at += 10 + random.randint(-2, 2)
        payload = {"sensor": "ecg-1", "metric": "heart_rate", "time_ms": at, "value": random.randint(70, 90), "unit": "/min"}
        database.execute("INSERT INTO reading (payload) VALUES (?)", (json.dumps(payload),))
    database.commit()


class Link:
    def __init__(self, options):
        self.left, self.done, self.up = 0, threading.Event(), threading.Event()
        self.client = mqtt.Client("plain-gateway")
        self.client.tls_set(options.ca, options.certificate, options.key)
        self.client.on_connect = lambda *_: self.up.set()
        self.client.on_publish = self._published
        self.client.max_queued_messages_set(0)
        self.client.connect("localhost", options.port)
        self.client.loop_start()
        self.up.wait(20)

    def _published(self, *_):
        self.left -= 1
        if self.left == 0:
            self.done.set()

    def send(self, payloads):
        self.left = len(payloads)
        self.done.clear()
        for payload in payloads:
            self.client.publish("plain/readings", payload, qos=1)
        self.done.wait(120)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--readings", type=int, default=20000)
    options = parser.parse_args()
    database = sqlite3.connect(options.database)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    fill(database, options.readings)
    link = Link(options)
    begin = time.monotonic()
    while True:
        rows = database.execute("SELECT id, payload FROM reading ORDER BY id LIMIT ?", (ROWS,)).fetchall()
        if not rows:
            break
        link.send([payload for _, payload in rows])
        database.execute("DELETE FROM reading WHERE id <= ?", (rows[-1][0],))
        database.commit()
    print(options.readings / (time.monotonic() - begin))


if __name__ == "__main__":
    main()
