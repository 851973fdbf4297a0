"""Looking things up: ours in process, beside what people use on files and in SQLite."""
import json
import os
import sqlite3
import time

from canned import ALIVE, history, lines
from figures import BUILD, Figure, LONG, Missing, Peer, installed, median, program, run

TIMES = 300
WHAT = ("id", "customer", "wallet")


def plain(size):
    """The same events in a table as anyone would make it: three columns to look up, an index each,
    and the body."""
    path = os.path.join(BUILD, "bench", "cache", f"{size}-plain.db")
    if not os.path.exists(path):
        new = sqlite3.connect(path + ".new")
        new.execute("CREATE TABLE event (id TEXT, customer TEXT, wallet TEXT, body TEXT)")
        with open(lines(size), encoding="utf-8") as file:
            new.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", (
                (o["id"], o.get("customer_id"), o.get("payer_wallet_address"), line)
                for line in file for o in (json.loads(line)["data"]["object"],)))
        for column in WHAT:
            new.execute(f"CREATE INDEX by_{column} ON event ({column})")
        new.commit()
        new.close()
        os.rename(path + ".new", path)
    return path


class Lookup:
    """An id, a customer and a wallet address of the middle of the history."""
    name, title, rounds = "lookup", f"Look up anything in {LONG:,} events", 1

    def measure(self, samples, folder, _):
        for line in run(program("lookup"), history(LONG), TIMES, ALIVE, timeout=300).splitlines():
            what, times, found, p50, _ = line.split()
            if what != "nothing" and int(found) < int(times):
                raise Missing(f"{what}: found only {found} of {times}")
            samples.add(f"ours {what}", lambda p50=p50: float(p50))
        texts = self.texts()
        for what in WHAT:
            text = texts[what]
            samples.add(f"grep {what}", self.scan, "grep", "-F", text)
            samples.add(f"rg {what}", self.scan, "rg", "-F", text)
            samples.add(f"lnav {what}", self.lnav, text)
            samples.add(f"index {what}", self.table, f"{what} = ?", text)
            samples.add(f"like {what}", self.table, "body LIKE ?", f"%{text}%")
        samples.add("jq id", self.jq, texts["id"])

    def texts(self):
        with open(lines(LONG), encoding="utf-8") as file:
            for n, line in enumerate(file):
                if n < LONG // 2:
                    continue
                o = json.loads(line)["data"]["object"]
                if o["object"] == "invoice":
                    return {"id": o["id"], "customer": o["customer_id"],
                            "wallet": o["payer_wallet_address"]}
        raise Missing("no invoice in the second half")

    def timed(self, text, *words, times=3, timeout=120):
        took = []
        for _ in range(times):
            began = time.monotonic()
            found = run(*words, timeout=timeout)
            took.append((time.monotonic() - began) * 1000)
            if not found or any(text not in line for line in found.splitlines()):
                raise Missing(f"{os.path.basename(words[0])} did not find {text}, or more")
        return median(took)

    def scan(self, name, option, text):
        return self.timed(text, installed(name), option, text, lines(LONG))

    def lnav(self, text):
        return self.timed(text, installed("lnav"), "-n", "-c", f":filter-in {text}", lines(LONG),
                          times=1)

    def jq(self, text):
        return self.timed(text, installed("jq"), "-c", f'select(.data.object.id == "{text}")',
                          lines(LONG), times=1, timeout=300)

    def table(self, where, text):
        db = sqlite3.connect(f"file:{plain(LONG)}?mode=ro", uri=True)
        took = []
        for _ in range(5):
            began = time.monotonic()
            found = db.execute(f"SELECT body FROM event WHERE {where}", (text,)).fetchall()
            took.append((time.monotonic() - began) * 1000)
            if not found:
                raise Missing(f"{text} is not in the table")
        db.close()
        return median(took)

    def figures(self):
        def at(what, words):
            return Figure(f"ours {what}", words, "ms", ("<", 5), [
                Peer(f"index {what}", "sqlite3 in Python, a table with an index on it"),
                Peer(f"like {what}", "sqlite3 in Python, LIKE '%…%'"),
                Peer(f"grep {what}", "grep -F, lines of JSON"),
                Peer(f"rg {what}", "ripgrep -F, lines of JSON"),
                Peer(f"lnav {what}", "lnav, lines of JSON")] +
                ([Peer("jq id", "jq select, lines of JSON")] if what == "id" else []), "F8")

        return [at("id", "by id: one object"),
                at("customer", "by customer: twenty objects"),
                at("wallet", "by wallet address: one object"),
                Figure("ours ends", "by the ends of an id", "ms", ("<", 5)),
                Figure("ours part", "by a part of an address", "ms", ("<", 150)),
                Figure("ours nothing", "by what is nowhere", "ms", ("<", 150)),
                Figure("ours dossier", "all events of an invoice and its kin", "ms", ("<", 5)),
                Figure("ours customer's", "all events of a customer: two hundred", "ms")]
