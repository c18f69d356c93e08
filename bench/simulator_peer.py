#!/usr/bin/python3
"""The queue of bench/simulator_bench.cpp in SimPy 2 (package python3-simpy): two servers, arrivals at
rate 1.8, services at rate 1, exponential. Prints jobs per second of processor time, the median of
several runs, twice: with the figures that every run of ours gathers too, and bare.

The figures: how long jobs wait and how long they take in all (a Tally with a histogram each, which
gives percentiles), the length of the queue and the use of the servers over time (the Tally monitors
of the Resource). A Tally keeps sums, as our statistics do; a Monitor, which keeps every observation,
would make SimPy slower.

usage: simulator_peer.py [JOBS [REPEATS]]"""

import random
import sys
import time

from SimPy.Simulation import Process, Resource, Simulation, Tally, hold, release, request


class BareJob(Process):
    def visit(self, queue):
        arrived = self.sim.now()
        yield request, self, queue.servers
        yield hold, self, queue.random.expovariate(1.0)
        yield release, self, queue.servers
        queue.total_time += self.sim.now() - arrived


class MeasuredJob(Process):
    def visit(self, queue):
        arrived = self.sim.now()
        yield request, self, queue.servers
        queue.waiting.observe(self.sim.now() - arrived)
        yield hold, self, queue.random.expovariate(1.0)
        yield release, self, queue.servers
        queue.in_system.observe(self.sim.now() - arrived)


class Source(Process):
    def arrive(self, jobs, kind, queue):
        for _ in range(jobs):
            job = kind(name="", sim=self.sim)
            self.sim.activate(job, job.visit(queue))
            yield hold, self, queue.random.expovariate(1.8)


class Queue(Simulation):
    def tally(self, name):
        tally = Tally(name=name, sim=self)
        tally.setHistogram(low=0.0, high=200.0, nbins=2000)
        return tally

    def play(self, jobs, seed, statistics):
        self.initialize()
        self.random = random.Random(seed)
        self.total_time = 0.0
        self.waiting = self.tally("waiting")
        self.in_system = self.tally("in system")
        self.servers = Resource(capacity=2, sim=self, monitored=statistics, monitorType=Tally)
        source = Source(name="", sim=self)
        kind = MeasuredJob if statistics else BareJob
        self.activate(source, source.arrive(jobs, kind, self))
        self.simulate(until=1e12)

    def percentile(self, share):
        histogram = self.in_system.getHistogram()
        wanted = share * self.in_system.count()
        below = 0
        for start, count in histogram:
            below += count
            if below >= wanted:
                return start + histogram.binsize
        return float("inf")

    def figures(self):
        return "time in system %.3f on average, 95 %% below %.1f; servers busy %.3f, queue %.2f on average" % (
            self.in_system.mean(),
            self.percentile(0.95),
            self.servers.actMon.timeAverage() / 2,
            self.servers.waitMon.timeAverage(),
        )


def rate(jobs, seed, statistics):
    queue = Queue()
    start = time.process_time()
    queue.play(jobs, seed, statistics)
    figures = queue.figures() if statistics else None
    return jobs / (time.process_time() - start), figures


def median(values):
    return sorted(values)[len(values) // 2]


def main():
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    measured, bare = [], []
    for seed in range(repeats):
        jobs_per_second, figures = rate(jobs, seed, True)
        measured.append(jobs_per_second)
        bare.append(rate(jobs, seed, False)[0])
    print(f"# {figures}")
    print(f"simpy_statistics {median(measured):.0f} jobs/s")
    print(f"simpy_bare {median(bare):.0f} jobs/s")


if __name__ == "__main__":
    main()
