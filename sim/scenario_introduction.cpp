// The first part of docs/scenario-reference.md, which no table can say.
#include "sim/scenario_format.hpp"

namespace sim {
namespace {

constexpr std::string_view kIntroduction = R"markdown(# Scenario files

<!-- Written by the program from sim/scenario_keys.def and sim/errors.def; do not edit. -->

A scenario is a short text that says which ports, threads and handles there are, what arrives when,
and what must come out. The model and a real worker pool carry out the same file. It is written in
[TOML](https://toml.io): keys and values, in sections.

```toml
format = 1
title = "Two packets"

[[port]]
name = "P"
concurrency = 1

[[thread]]
name = "T"
count = 2
when = "settled"
every = "settled"

[[handler]]
steps = [{cpu = "1 ms"}]

[[post]]
count = 2
when = "settled"

[expect]
dispatch = ["T2:1", "T2:2"]
```

`iocpscope lint FILE` checks a file, `iocpscope explain S014` says more about an error, and
`iocpscope lessons` lists examples. Sections in two brackets may stand several times. A list of
tables means the same: `post = [{count = 2, when = "settled"}]`.

**Names** begin with a letter, followed by letters, digits, - and _. Names of ports and handles
differ from each other, and so do those of threads.

**Threads** carry out their script. Without one they ask their port for a packet, handle it and ask
again. A call that times out goes on with the next step. A thread whose call fails because its port
was closed exits. Threads of a group with a count are numbered from 1: T1, T2, ... The thread that
does things from outside is called `main`; it never asks a port for packets.

**Events, locks and labels** need no declaration: they exist because steps use them. A name that is
used only one way, such as an event that nothing sets, is an error, because it is probably misspelt.

A file may have 1 MiB. All threads together may be 4,096, all handles 100,000, all posted packets
100,000,000, all events 1,000, and so with locks and labels; no instant comes later than 24 hours.

## What happens when

`at` is an instant of the run. `when = "settled"` waits until no thread is running or ready: all of
them wait at a port, are blocked, or have exited. Settled things happen one at a time, in the order
in which they stand in the file, whatever section they are in. Use `settled` for everything that has
an expected outcome, because then the outcome does not depend on how fast a computer is. Use times
for statistics.

`count` and `every` make a series: `every = "settled"` waits until the run has settled again,
`every = "2 ms"` lets a fixed time pass, and `every = "exponential(2 ms)"` draws each gap anew, so
two lines post millions of packets at random. `arrivals` takes the instants from a file.

## Times

Times are texts with a unit: ns, us (or µs), ms, s, min, as in `"1.5 ms"`. A bare number is an
error. Where something takes time, it may be drawn anew each time from a distribution:

| Written | Drawn |
|---|---|
| `"1.5 ms"` | always 1.5 ms |
| `"exponential(1 ms)"` | from the exponential distribution with this mean |
| `"uniform(1 ms, 2 ms)"` | from the shortest to the longest, all equally likely |
| `"normal(1 ms, 100 us)"` | from the normal distribution: mean, deviation; never negative |

The numbers follow from the `seed`, and each kind of thing has its own: the 17th packet takes the
same time under every policy and with any number of threads. So runs that differ in one setting can
be compared.

## Numbers

`count` and `concurrency` may depend on the computer: a text of whole numbers and the word
`processors`, joined by +, - and *, such as `"2 * processors"` or `"processors + 1"`. In the model,
`processors` is that of `[machine]`, or of `--processors`; when measured, that of the computer.

## Handles

A `[[handle]]` is open from the start, unless it has `later = true`. Then a step opens it, or an
accept makes a connection of it. With a count as well it is a **template**: each `open` or accept
makes the next of its handles, with its own number and, if the template has a `key`, the next key.

```toml
format = 1
port = [{name = "P", concurrency = 2}]
thread = [{name = "T", count = 4}]
handle = [
  {name = "listener", kind = "tcp", port = "P"},
  {name = "client", kind = "tcp", count = 100, later = true, port = "P", key = 1},
]
do = [{step = {accept = "listener", accepts = "client"}, when = "settled"}]

[[handler]]
operation = "accept"
steps = [{recv = "this"}, {accept = "listener", accepts = "client"}]

[[handler]]
handle = "client"
operation = "recv"
result = "ok"
steps = [{cpu = "50 us"}, {send = "this"}]

[[handler]]
handle = "client"
result = "eof"
steps = [{close = "this"}]
```

**`this`** is the handle of the packet that the thread has in hand; of an accept, it is the new
connection. A handle that the thread opens itself becomes `this`, until its next packet. Steps that
`main` does name their handle.

A name means one handle: `listener`, `client7`. The name of a group stands only where a handle is
opened, in the condition of a handler, and in `close`, where it means those that are open.

With `port`, a handle is bound as soon as it is open, with its `key`; else a step binds it. A second
`bind` fails, as on Windows (H-HANDLE-2): a scenario can show that.

**Operations** go to the `device` of their handle, which serves some at a time, each for its service
time; without a device they take no time. `service`, `error` and `bytes` of a step say how this one
goes. `immediate = true` ends it before the call returns.

An accept on a handle with `overlapped = false` is the blocking accept of a thread outside the port:
the thread waits, and the connection becomes its `this`. When such an accept fails, because somebody
has closed the handle, the thread exits: its loop is over.

**Duplicates** (`duplicate_of`) are further handles of the same port or file. They have no keys of
their own but `later`.

## Clients

A `[[client]]` is a program at the other end of a connection. It connects to a listening handle
(`kind = "tcp"`, with a step that accepts there), sends a message, waits until as many bytes have
come back, thinks, and sends the next.

```toml
format = 1
port = [{name = "P", concurrency = 2}]
thread = [
  {name = "T", count = 4},
  {name = "acceptor", script = [
    {accept = "listener", accepts = "C"},
    {bind = "this"},
    {recv = "this", bytes = 4096},
    {repeat = true},
  ]},
]
handle = [
  {name = "listener", kind = "tcp", overlapped = false, address = "5150"},
  {name = "C", kind = "tcp", count = 10, later = true, key = 1},
]
handler = [
  {handle = "C", operation = "recv", result = "ok", steps = [{send = "this"}]},
  {handle = "C", operation = "send", result = "ok", steps = [{recv = "this", bytes = 4096}]},
  {handle = "C", result = "eof", steps = [{close = "this"}]},
  {handle = "C", result = "failed", steps = [{close = "this"}]},
]

[[client]]
name = "visitor"
connects = "listener"
count = 10
every = "exponential(1 ms)"
messages = 5
size = "log_uniform(1 B, 64 KiB)"
think = "uniform(1 ms, 3 ms)"
```

Where clients connect, they decide how operations end, whatever a step says: an accept ends when
a client has connected, a receive when bytes have arrived, with as many as there are but not more
than its `bytes`. A send takes the time that its step or the device of its handle says; in a handler
that has a receive in hand, it sends back what was received, unless it says its `bytes`. The network
itself takes no time.

| `ends` | What the server sees |
|---|---|
| `"close"` | after the last echo a receive of 0 bytes: `eof` |
| `"half-close"` | after the last message a receive of 0 bytes; its echo still arrives |
| `"reset"` | after half of the messages ERROR_NETNAME_DELETED, for receives and sends |
| `"stall"` | after half of the messages nothing more |

A client thinks before it resets its connection, as before a message. One that has stalled has room
for 64 KiB; then sends wait, until the run ends or their handle is closed.

A size is a number of bytes, or a text with a unit, B, KiB or MiB: `"4 KiB"`. It may be drawn for
each message: `"uniform(1 B, 64 KiB)"`, or `"log_uniform(1 B, 64 KiB)"`, in which each doubling is
equally likely, so that small messages are as frequent as large ones.

A client whose connection the server closes is done, and one that finds nobody listening is refused.
A trace tells for each how many bytes it sent and got back.

## Which handler

A packet goes to the handler whose conditions (`handle`, `key`, `operation`, `result`) it meets. Of
several, the one with the most conditions takes it; of equally many, one about the handle goes
first, then one about the key, the operation and the result, and one handle goes before a group. A
packet that no handler takes needs no work. `result` is

| Result | Means |
|---|---|
| `ok` | the operation succeeded; posted packets always do |
| `eof` | ERROR_HANDLE_EOF, ERROR_BROKEN_PIPE, or a `recv` of 0 bytes: the other side is done |
| `more` | ERROR_MORE_DATA: a warning, the bytes are there |
| `cancelled` | ERROR_OPERATION_ABORTED |
| `failed` | any other error |

## Arrival files

`arrivals = "shop.csv"` names a file beside the scenario, or in a folder there. Its first column has
one instant a line, in ascending order: a plain number counts seconds, and a time with a unit is
possible, too. Further columns, blank lines, what stands behind a #, and a first line with the names
of the columns are ignored. With a `count`, only so many are taken. `at` is added to all of them.

```csv
seconds,customer
# measured on a Tuesday
0.0125,Ann
0.75,Bob
1.5e0,Cid
2000 ms,Dan
```

A trace of a run carries the files that its scenario names. All together they may have 64 MiB and
10,000,000 instants.

## What a sweep varies

`iocpscope sweep FILE --vary KEY=VALUES` replaces values of the file before they are checked. A key
at the top of the file stands for itself, a key of `[machine]` or `[expect]` behind the name of its
section. The others need the name of the port, thread, handle, device or lock, or its number in the
file, from 1. Steps have numbers, too.

| KEY | What it varies |
|---|---|
| `seed` | the key at the top of the file |
| `machine.processors` | a key of a section that exists once, even if the file does not have it |
| `port.P.concurrency` | a key of the port P |
| `post.1.every` | a key of the first `[[post]]` |
| `handler.2.steps.1.cpu` | how long the first step of the second handler computes |
| `do.1.step.service` | a key of the step of the first `[[do]]` |

The value is read as TOML if it is TOML, else as a text: `8`, `2 * processors`, `exponential(2 ms)`.

## Predicates

)markdown";

}  // namespace

std::string_view scenario_introduction() {
    return kIntroduction;
}

}  // namespace sim
