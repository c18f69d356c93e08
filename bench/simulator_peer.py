#!/usr/bin/python3
"""The queue of bench/simulator_bench.cpp in SimPy 2 (package python3-simpy): two servers, arrivals at
rate 1.8, services at rate 1, exponential. Prints jobs per second of processor time, the median of
several runs. usage: simulator_peer.py [JOBS [REPEATS]]"""

import random
import sys
import time

from SimPy.Simulation import Process, Resource, Simulation, hold, release, request


class Job(Process):
    def visit(self, servers, model):
        arrived = self.sim.now()
        yield request, self, servers
        yield hold, self, model.random.expovariate(1.0)
        yield release, self, servers
        model.total_time += self.sim.now() - arrived


class Source(Process):
    def arrive(self, jobs, servers, model):
        for i in range(jobs):
            job = Job(name="", sim=self.sim)
            self.sim.activate(job, job.visit(servers, model))
            yield hold, self, model.random.expovariate(1.8)


class Queue(Simulation):
    def play(self, jobs, seed):
        self.initialize()
        self.random = random.Random(seed)
        self.total_time = 0.0
        servers = Resource(capacity=2, sim=self)
        source = Source(name="", sim=self)
        self.activate(source, source.arrive(jobs, servers, self))
        self.simulate(until=1e12)
        return self.total_time / jobs


def main():
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    rates = []
    for seed in range(repeats):
        start = time.process_time()
        mean = Queue().play(jobs, seed)
        rates.append(jobs / (time.process_time() - start))
    print(f"# mean time in system {mean:.3f}")
    print(f"simpy {sorted(rates)[len(rates) // 2]:.0f} jobs/s")


if __name__ == "__main__":
    main()
