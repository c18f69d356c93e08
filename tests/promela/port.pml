/* A small completion port in Promela, for spin: a second description of the same thing.
 *
 * It is written from the atomic transitions of the specification, TR1 to TR9, which stand beside
 * what carries them out, and shares nothing with sim/port_model.cpp. spin visits every order; each
 * final state prints one line `outcome …`. The set of these lines must be the set of final outcomes
 * of `iocpscope explore --untimed` for a scenario in this folder, which says the parameters.
 *
 * Parameters, defined before this text:
 *   THREADS, PACKETS, LIMIT   how many; LIMIT is the concurrency value
 *   KIND(t)    what thread t does:  LOOP   get, handle, again
 *                                   POLL   poll once, handle, exit
 *                                   TWICE  two gets with a time-out, exit
 *                                   TIMED  get with a time-out, handle, again
 *   KEY(p)     completion key of the packet that a poster posts as its p-th
 *   SLEEPS(k)  does the handler of key k sleep?
 *   POSTERS    1: one poster posts all packets; 2: two posters share them, one each in turn
 *   ORDERED    1: a thread starts when the one before waits, the posters when all do; not with
 *              time-outs
 *   CLOSES     1: somebody closes the port at some time
 */
#define LOOP 0
#define POLL 1
#define TWICE 2
#define TIMED 3

#ifndef KIND
#define KIND(t) LOOP
#endif
#ifndef KEY
#define KEY(p) 0
#endif
#ifndef SLEEPS
#define SLEEPS(k) false
#endif
#ifndef POSTERS
#define POSTERS 1
#endif
#ifndef ORDERED
#define ORDERED 0
#endif
#ifndef CLOSES
#define CLOSES 0
#endif

/* What a call returns, beside the number of a packet. */
#define PENDING 0
#define TIMED_OUT 101
#define ABANDONED 102
#define BAD_HANDLE 103

/* Where a thread is. */
#define RUNS 0
#define WAITS 1
#define SLEEPING 2
#define GONE 3

#define LONGEST 12 /* answers of a thread that are remembered */

byte queue[PACKETS + 1]; /* Q, oldest first */
byte queued;
byte stack[THREADS + 1]; /* W, the top is last */
byte waiting;
byte slots;              /* a: threads that count as active */
bool closed;
bool associated[THREADS];
byte answer[THREADS];    /* what a waiting thread's call returns, once it is decided */
byte where[THREADS];

byte posted;             /* packets are numbered in the order of posting */
byte key[PACKETS + 1];
bool refused[PACKETS + 1];
bool discarded[PACKETS + 1];
byte told[THREADS * LONGEST];
byte tolds[THREADS];
byte i;                  /* for loops inside atomic steps; 0 between them */

/* A thread learns what its call returned. That it timed out again is no news. */
inline tell(t, what) {
    if
    :: what == TIMED_OUT && tolds[t] > 0 && told[t * LONGEST + tolds[t] - 1] == TIMED_OUT -> skip
    :: else ->
        assert(tolds[t] < LONGEST);
        told[t * LONGEST + tolds[t]] = what;
        tolds[t]++
    fi
}

/* The oldest packet leaves the queue. */
inline remove_oldest() {
    queued--;
    i = 0;
    do
    :: i < queued -> queue[i] = queue[i + 1]; i++
    :: else -> break
    od;
    queue[queued] = 0;
    i = 0
}

/* The thread on top of the stack is released with a packet. */
inline release_top(p) {
    waiting--;
    answer[stack[waiting]] = p;
    where[stack[waiting]] = RUNS;
    stack[waiting] = 0;
    slots++
}

/* TR1 */
inline insert(p) {
    if
    :: waiting > 0 && slots < LIMIT -> release_top(p)
    :: else -> queue[queued] = p; queued++
    fi
}

/* TR6: an active thread blocks or leaves. */
inline lose_slot() {
    slots--;
    if
    :: slots < LIMIT && queued > 0 && waiting > 0 ->
        release_top(queue[0]);
        remove_oldest()
    :: else -> skip
    fi
}

/* TR2 and TR3: the call returns `got`, or PENDING when the thread waits. */
inline enter(t, polls, got) {
    if
    :: closed -> got = BAD_HANDLE
    :: else ->
        if
        :: associated[t] -> slots-- /* it gives up its own slot, and nobody is woken */
        :: else -> associated[t] = true
        fi;
        if
        :: queued > 0 && slots < LIMIT ->
            got = queue[0];
            remove_oldest();
            slots++
        :: !(queued > 0 && slots < LIMIT) && (polls) ->
            got = TIMED_OUT;
            slots++
        :: else ->
            got = PENDING;
            stack[waiting] = t;
            waiting++;
            where[t] = WAITS
        fi
    fi
}

/* TR4: it leaves the stack, wherever it stands, and counts whatever the limit. */
inline time_out(t) {
    i = 0;
    do
    :: stack[i] != t -> i++
    :: else -> break
    od;
    waiting--;
    do
    :: i < waiting -> stack[i] = stack[i + 1]; i++
    :: else -> break
    od;
    stack[waiting] = 0;
    i = 0;
    where[t] = RUNS;
    slots++
}

/* TR9 */
inline close_port() {
    closed = true;
    do
    :: waiting > 0 ->
        waiting--;
        answer[stack[waiting]] = ABANDONED;
        where[stack[waiting]] = RUNS;
        stack[waiting] = 0
    :: else -> break
    od;
    do
    :: queued > 0 -> discarded[queue[0]] = true; remove_oldest()
    :: else -> break
    od;
    i = 0;
    do
    :: i < THREADS -> associated[i] = false; i++
    :: else -> break
    od;
    i = 0;
    slots = 0
}

/* One call, from its beginning to what it returned. */
inline get(t, polls, times_out, got) {
    atomic {
        enter(t, polls, got);
        if
        :: got == PENDING -> skip
        :: else -> tell(t, got)
        fi
    };
    if
    :: got != PENDING -> skip
    :: else ->
        if
        :: atomic { answer[t] != PENDING -> got = answer[t]; answer[t] = PENDING; tell(t, got) }
        :: atomic { (times_out) && where[t] == WAITS -> time_out(t); answer[t] = TIMED_OUT };
           atomic { got = answer[t]; answer[t] = PENDING; tell(t, got) }
        fi
    fi
}

/* What a worker does with a packet. */
inline handle(t, got) {
    if
    :: got <= PACKETS && SLEEPS(key[got]) ->
        atomic {
            where[t] = SLEEPING;
            if
            :: associated[t] -> lose_slot()
            :: else -> skip
            fi
        };
        atomic {
            where[t] = RUNS;
            if
            :: associated[t] -> slots++ /* TR7 */
            :: else -> skip
            fi
        }
    :: else -> skip
    fi
}

proctype worker(byte t) {
    byte got;
    byte calls;
    do
    :: get(t, KIND(t) == POLL, KIND(t) == TWICE || KIND(t) == TIMED, got);
       if
       :: got == ABANDONED || got == BAD_HANDLE -> break
       :: else -> skip
       fi;
       handle(t, got);
       if
       :: KIND(t) == POLL -> break
       :: KIND(t) == TWICE ->
           calls++;
           if
           :: calls == 2 -> break
           :: else -> skip
           fi
       :: else -> skip
       fi;
       got = 0
    od;
    atomic {
        got = 0;
        calls = 0;
        where[t] = GONE;
        if
        :: associated[t] -> associated[t] = false; lose_slot()
        :: else -> skip
        fi
    }
}

/* Posts the packets first, first + step, … of its own numbering. */
proctype poster(byte first; byte step) {
    byte mine = first;
    do
    :: mine <= PACKETS ->
        atomic {
            posted++;
            key[posted] = KEY(mine);
            if
            :: closed -> refused[posted] = true
            :: else -> insert(posted)
            fi;
            mine = mine + step
        }
    :: else -> break
    od;
    mine = 0
}

proctype closer() {
    atomic { close_port() }
}

/* When nothing can happen any more: the outcome, in the words of tests/promela/compare.py. */
proctype observer() {
    timeout -> c_code {
        int t, n;
        printf("outcome");
        for (t = 0; t < THREADS; t++) {
            printf(" T%d=", t);
            for (n = 0; n < now.tolds[t]; n++) {
                int what = now.told[t * LONGEST + n];
                if (what > PACKETS)
                    printf("%s,", what == TIMED_OUT   ? "WAIT_TIMEOUT"
                                  : what == ABANDONED ? "ERROR_ABANDONED_WAIT_0"
                                                      : "ERROR_INVALID_HANDLE");
                else
                    printf("%d/%d,", what, now.key[what]);
            }
            printf("%s", now.where[t] == WAITS  ? "waiting"
                         : now.where[t] == GONE ? "exited"
                                                : "unfinished");
        }
        printf(" left=");
        for (n = 0; n < now.queued; n++) printf("%d,", now.queue[n]);
        printf(" discarded=");
        for (n = 1; n <= PACKETS; n++)
            if (now.discarded[n]) printf("%d,", n);
        printf(" refused=");
        for (n = 1; n <= PACKETS; n++)
            if (now.refused[n]) printf("%d,", n);
        printf("\n");
    }
}

init {
    atomic {
        byte t = 0;
        do
        :: t < THREADS ->
            run worker(t);
            !ORDERED || where[t] == WAITS;
            t++
        :: else -> break
        od;
        t = 0;
        if
        :: POSTERS == 1 -> run poster(1, 1)
        :: else -> run poster(1, 2); run poster(2, 2)
        fi;
        if
        :: CLOSES -> run closer()
        :: else -> skip
        fi;
        run observer()
    }
}
