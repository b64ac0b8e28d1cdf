"""Threads, fork, garbage collection: what shares a policy must not disturb another."""

import gc
import os
import sys
import threading
import time
import unittest
import weakref
from concurrent.futures import ThreadPoolExecutor

from libreturns import Policy, RequestError, ReturnsError
from support import EYEWEAR, FIVE_FRAMES, FRAMES, KINDS, line, request


class Threads(unittest.TestCase):
    def test_one_policy_for_many(self):
        policy = Policy.compile(KINDS)
        expected = [policy.evaluate(request(line(id=str(n), pieces=n % 100))) for n in range(200)]

        def work(seed):
            kept = policy.request()
            for n in range(200):
                number = (n * 7 + seed) % 200
                values = request(line(id=str(number), pieces=number % 100))
                if policy.evaluate(values) != expected[number]:
                    return f"{number} differs"
                kept.clear()
                kept.add_line(id=str(number), price="10.00", pieces=number % 100)
                if policy.evaluate(kept) != expected[number]:
                    return f"{number} differs when kept"
            many = policy.evaluate_many((request(line(id=str(n), pieces=n % 100)) for n in range(200)), chunk=13)
            return "" if list(many) == expected else "many differ"

        with ThreadPoolExecutor(8) as pool:
            self.assertEqual([""] * 16, list(pool.map(work, range(16))))

    def test_closing_under_those_who_evaluate(self):
        for _ in range(20):
            policy, good = Policy.compile(KINDS), threading.Event()
            outcomes = []

            def work(policy=policy, good=good, outcomes=outcomes):
                try:
                    while True:
                        policy.evaluate(request(line()))
                        good.set()
                except ReturnsError as error:
                    outcomes.append(str(error))

            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            good.wait(10)
            policy.close()
            for thread in threads:
                thread.join(10)
            self.assertEqual(["the policy is closed"] * 4, outcomes)

    def test_a_request_is_for_one_thread(self):
        """Whoever comes second is told; nobody crashes, and nobody waits."""
        policy = Policy.compile(KINDS)
        kept, refused, strange = policy.request(), [], []
        for _ in range(200):
            kept.add_line(line())

        def work():
            for _ in range(200):
                try:
                    policy.evaluate(kept)
                except ReturnsError as error:
                    refused.append(str(error))
                except BaseException as error:
                    strange.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], strange)
        self.assertEqual(set(), set(refused) - {"the request is in use by another thread"})

    def test_c_runs_without_the_lock_of_python(self):
        """While one thread compiles a large policy, another one counts."""
        rules = "".join(
            f"  - rule: r{n}\n    when:\n      - price > {n}.00\n      - pieces > {n % 7}\n    then: deny\n    because: b{n}\n"
            for n in range(3000)
        )
        text = KINDS.replace("rules:\n", "rules:\n" + rules, 1)
        counted, stop = [0], threading.Event()

        def count():
            while not stop.is_set():
                counted[0] += 1
                time.sleep(0)

        before = sys.getswitchinterval()
        sys.setswitchinterval(60)  # a thread that holds the lock keeps it
        thread = threading.Thread(target=count)
        try:
            thread.start()
            start = counted[0]
            Policy.compile(text)
            self.assertGreater(counted[0], start + 10)
        finally:
            sys.setswitchinterval(before)
            stop.set()
            thread.join()


class Fork(unittest.TestCase):
    def child(self, work):
        """Runs `work` in a child; its exit status tells."""
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                status = 0 if work() else 2
            finally:
                os._exit(status)
        self.assertEqual(0, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

    def test_a_policy_in_parent_and_child(self):
        policy = Policy.compile(EYEWEAR)
        expected, kept = policy.evaluate(FIVE_FRAMES), policy.request()
        kept.set({name: value for name, value in FRAMES.items() if name != "lines"})
        kept.add_line(FRAMES["lines"][0])

        def work():
            again = Policy.compile(EYEWEAR)
            return (
                policy.evaluate(FIVE_FRAMES)
                == expected
                == policy.evaluate(kept)
                == again.evaluate(FIVE_FRAMES)
                == next(policy.evaluate_many([FRAMES]))
            )

        for _ in range(5):
            self.child(work)
            self.assertTrue(work())

    def test_fork_while_threads_evaluate(self):
        policy, stop = Policy.compile(KINDS), threading.Event()
        expected = policy.evaluate(request(line()))

        def spin():
            while not stop.is_set():
                policy.evaluate(request(line()))

        threads = [threading.Thread(target=spin) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(10):
                self.child(lambda: all(policy.evaluate(request(line())) == expected for _ in range(50)))
        finally:
            stop.set()
            for thread in threads:
                thread.join()


class Memory(unittest.TestCase):
    def test_under_constant_collection(self):
        before = gc.get_threshold()
        gc.set_threshold(1)
        try:
            for n in range(30):
                policy = Policy.compile(KINDS)
                kept = policy.request()
                one = kept.add_line(line(id=str(n)))
                policy = Policy.load(policy.block) if n % 2 else policy
                del kept
                answers = list(policy.evaluate_many([request(line()), "{", request(line())], chunk=2))
                self.assertIsInstance(answers[1], RequestError)
                one.set(pieces=3)
                decision = policy.evaluate(request(line(tags={"torn"})), trace="full")
                del policy, one
                self.assertEqual("deny", decision.lines[0].portions[0].verdict)
        finally:
            gc.set_threshold(*before)

    def test_nothing_is_kept_alive_by_accident(self):
        policy = Policy.compile(KINDS)
        kept = policy.request()
        decision = policy.evaluate(request(line()))
        references = [weakref.ref(policy), weakref.ref(kept)]
        del policy, kept
        self.assertEqual([None, None], [reference() for reference in references])
        self.assertEqual("decided", decision.status)

    def test_memory_does_not_grow(self):
        policy = Policy.compile(KINDS)
        block, kept = policy.block, policy.request()

        def round_trip():
            for _ in range(300):
                Policy.load(block).evaluate(request(line()))
                policy.evaluate(request(line(tags={"torn"})), trace="full")
                kept.clear()
                kept.add_line(line())
                policy.evaluate(kept)
                for bad in ("{", request(line(colour=1))):
                    with self.assertRaises(RequestError):
                        policy.evaluate(bad)

        def resident():
            with open("/proc/self/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

        round_trip()
        before = resident()
        for _ in range(5):
            round_trip()
        self.assertLess(resident() - before, 4 << 20)


if __name__ == "__main__":
    unittest.main()
