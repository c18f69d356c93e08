"""Are the final outcomes that spin found those that `iocpscope explore --untimed --json` found?

usage: compare.py EXPLORE_JSON PAN_OUTPUT THREADS

Only the first THREADS threads of the scenario ask the port; the others are posters, of which the
Promela model tells nothing but which of their posts were refused. Exit 0: equal sets; 1: different;
2: one of the two searches is not complete, so that there is nothing to compare.
"""

import json
import re
import sys


def incomplete(why):
    print(why)
    sys.exit(2)


def packets(by_port):
    return "".join(f"{packet}," for port in by_port for packet in port["packets"])


def explored_outcomes(path, threads):
    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    if not found["exhaustive"]:
        incomplete("explore was not exhaustive: " + found["bound"])
    lines = set()
    for outcome in found["outcomes"]:
        words = ["outcome"]
        refused = []
        if outcome["ending"] != "complete":
            words.append(outcome["ending"])
        for number, thread in enumerate(outcome["threads"]):
            calls = ""
            for call in thread["returns"]:
                if call["call"] == "posted":
                    refused.append(call["packet"])
                elif "packet" in call:
                    calls += f"{call['packet']}/{call['key']},"
                else:
                    calls += call["error"] + ","
            if number < threads:
                words.append(f"T{number}={calls}{thread['end']}")
        words.append("left=" + packets(outcome["left_in_queue"]))
        discarded = [p for port in outcome["discarded"] for p in port["packets"]]
        words.append("discarded=" + "".join(f"{p}," for p in sorted(discarded)))
        words.append("refused=" + "".join(f"{p}," for p in sorted(refused)))
        line = " ".join(words)
        if line in lines:
            incomplete("explore tells one outcome twice: " + line)
        lines.add(line)
    return lines


def spin_outcomes(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not re.search(r"errors: 0$", text, re.MULTILINE) or "search depth too small" in text:
        incomplete("spin did not finish its search:\n" + text)
    return set(line for line in text.splitlines() if line.startswith("outcome"))


def main():
    ours = explored_outcomes(sys.argv[1], int(sys.argv[3]))
    theirs = spin_outcomes(sys.argv[2])
    print(f"{len(ours)} outcomes of explore, {len(theirs)} of spin")
    for line in sorted(ours - theirs)[:10]:
        print("only explore: " + line)
    for line in sorted(theirs - ours)[:10]:
        print("only spin:    " + line)
    if not ours or not theirs:
        incomplete("there is nothing to compare")
    sys.exit(0 if ours == theirs else 1)


main()
