#!/usr/bin/env python3
"""Counts again what GridCall's statistics say, from an export of its journal.

    gridcall stats --format json > stats.json
    gridcall audit export --output journal.jsonl
    python3 verify.py journal.jsonl && python3 recount.py journal.jsonl stats.json

Written from docs/journal.md and docs/protocol.md, not from GridCall's source: a number that both
count alike was counted by two programs. Python 3.8 or later, its standard library and nothing else.

The statistics are compared with what the facts up to their time say. Not counted, since it is not in
facts: sessions, workers, what was refused or repeated since the broker's start, and the latency of
dispatch, which is measured live.

Exit code 0: every number that is counted is the same. 1: some are not; each is named. 2: a file
cannot be read.
"""

import argparse
import datetime
import json
import math
import sys

IN_HAND = {"dispatched", "delivered", "accepted", "arrived", "underReview"}
DONE = {"completed", "withdrawn"}
ENDED = {"closed", "voided", "merged"}

# Facts after which no number is another.
WITHOUT_NUMBERS = {
    "epochBegan",
    "actorNamed",
    "commandDecided",
    "extensionRequested",
    "deadlineWarned",
    "supervisionOpened",
    "supervisionReplied",
    "queuePaused",
    "queueResumed",
    "accessRefused",
    "leadTaken",
    "workerDirected",
    "reportScheduled",
    "reportFiled",
    "campaignOpened",
    "campaignExtended",
    "campaignClosed",
    "activityRecorded",
    "duplicateReported",
    "erasureRequested",
    "personalDataErased",
    "stageBegan",
}

# A broker looks at its clocks at least four times a second; a busy one may be later.
CLOCK_TOLERANCE = 5_000


class Part:
    """What one department has to do about a call."""

    def __init__(self, department, due, now):
        self.department = department
        self.state = "queued"
        self.due = due
        self.is_missed = self.was_missed = self.is_suspended = False
        self.queued_at = self.waiting_since = self.handed_at = now
        self.before_review = None

    @property
    def is_open(self):
        return self.state not in DONE


class Call:
    def __init__(self, step):
        self.state = "verifying" if step["verifying"] else "filed"
        self.campaign = step["campaign"]
        self.parts = {}
        self.returns = 0
        self.was_dispatched = False


class Department:
    def __init__(self):
        self.received = self.dispatched = self.accepted = self.completed = self.returned = 0
        self.accept_times, self.resolve_times = [], []


class Campaign:
    def __init__(self):
        self.found = self.closed = self.closed_on_time = 0


class Recount:
    """Follows the facts; `until` is the time of the statistics in milliseconds."""

    def __init__(self, until):
        self.until = until
        self.now = 0
        self.is_clock_confirmed = True
        self.calls = {}
        self.departments = {}
        self.campaigns = {}
        self.declared = []
        self.targets = {}
        self.filed = self.closed = self.voided = 0
        self.dispatched = self.misdispatched = self.passed_on = 0
        self.unknown = set()

    def batch(self, batch):
        """Counts what a batch tells; false once the statistics are older than it."""
        for step in batch["steps"]:
            fact = step["fact"]
            if fact == "turnBegan":
                if step["at"] > self.until:
                    return False
                self.now = max(self.now, step["at"])
                continue
            if fact in WITHOUT_NUMBERS:
                continue
            count = getattr(self, fact, None)
            if count is None:
                self.unknown.add(fact)
            else:
                count(step)
        return True

    # -- The street -----------------------------------------------------------------------------

    def catalogueAdopted(self, step):
        for department in step["numbers"]["departments"]["ids"]:
            self.departments[department] = Department()
        for campaign in step["numbers"]["campaigns"]["ids"]:
            self.campaigns.setdefault(campaign, Campaign())
        self.declared = [each["id"] for each in step["catalogue"]["campaigns"]]
        self.targets = {each["id"]: each["target"] for each in step["catalogue"]["campaigns"]}

    def clockJumped(self, step):
        self.is_clock_confirmed = False

    def clockConfirmed(self, step):
        self.is_clock_confirmed = True

    # -- Calls ----------------------------------------------------------------------------------

    def callFiled(self, step):
        self.calls[step["call"]] = call = Call(step)
        self.filed += 1
        if call.campaign is not None:
            self.campaigns.setdefault(call.campaign, Campaign()).found += 1

    def callVerified(self, step):
        if step["passed"]:
            self.calls[step["call"]].state = "filed"
        else:
            self.callVoided(step)

    def checkOpened(self, step):
        self.calls[step["call"]].state = "checking"

    def checkDecided(self, step):
        if not step["passed"]:
            self.calls[step["call"]].state = "working"

    def callClosed(self, step):
        call = self.calls.pop(step["call"])
        self.closed += 1
        if call.campaign is not None:
            campaign = self.campaigns[call.campaign]
            campaign.closed += 1
            campaign.closed_on_time += not any(part.was_missed for part in call.parts.values())

    def callVoided(self, step):
        del self.calls[step["call"]]
        self.voided += 1

    def callMerged(self, step):
        self.calls[step["call"]].state = "merged"

    def callUnmerged(self, step):
        self.calls[step["call"]].state = "working"

    def mergeSettled(self, step):
        del self.calls[step["call"]]

    # -- Parts ----------------------------------------------------------------------------------

    def part(self, step):
        return self.calls[step["call"]].parts[step["part"]]

    def department(self, step):
        return self.departments[self.part(step).department]

    def assignmentQueued(self, step):
        due = step["resolve"]["dueAt"] if step["resolve"] else None
        part = Part(step["department"], due, self.now)
        self.calls[step["call"]].parts[step["part"]] = part
        self.departments[part.department].received += 1

    def assignmentDispatched(self, step):
        call, part = self.calls[step["call"]], self.part(step)
        part.state, part.handed_at = "dispatched", self.now
        self.department(step).dispatched += 1
        if call.state == "filed":
            call.state = "working"
        if not call.was_dispatched:
            call.was_dispatched = True
            self.dispatched += 1

    def assignmentDelivered(self, step):
        self.part(step).state = "delivered"

    def assignmentAccepted(self, step):
        part, department = self.part(step), self.department(step)
        part.state = "accepted"
        department.accepted += 1
        department.accept_times.append(max(0, self.now - part.handed_at))
        part.handed_at = self.now

    def assignmentArrived(self, step):
        self.part(step).state = "arrived"

    def assignmentReleased(self, step):
        self.requeue(step)

    def assignmentRequeued(self, step):
        self.requeue(step)

    def requeue(self, step):
        part = self.part(step)
        part.state, part.waiting_since = "queued", self.now

    def assignmentStuck(self, step):
        self.part(step).state = "stuck"

    def assignmentCompleted(self, step):
        part, department = self.part(step), self.department(step)
        part.state = "completed"
        department.completed += 1
        department.resolve_times.append(max(0, self.now - part.queued_at))

    def assignmentReturned(self, step):
        call = self.calls[step["call"]]
        self.part(step).state = "returned"
        self.department(step).returned += 1
        call.returns += 1
        self.misdispatched += call.returns == 1
        self.passed_on += call.returns == 2

    def assignmentWithdrawn(self, step):
        self.part(step).state = "withdrawn"

    def assignmentRedispatched(self, step):
        self.part(step).state = "withdrawn"

    def assignmentReworked(self, step):
        part = self.part(step)
        part.state = "queued"
        part.queued_at = part.waiting_since = self.now
        part.due = step["resolve"]["dueAt"] if step["resolve"] else None
        part.is_missed = part.is_suspended = False
        self.department(step).received += 1

    def measuresProposed(self, step):
        if step["major"]:
            part = self.part(step)
            part.before_review, part.state = part.state, "underReview"

    def proposalReviewed(self, step):
        part = self.part(step)
        part.state = part.before_review

    # -- Clocks ---------------------------------------------------------------------------------

    def deadlineMissed(self, step):
        if step["clock"] == "resolve":
            part = self.part(step)
            part.is_missed = part.was_missed = True

    def restart(self, step, deadline):
        part = self.part(step)
        part.due = deadline["dueAt"] if deadline else None
        part.is_missed = False

    def extensionDecided(self, step):
        if step["approved"]:
            self.restart(step, step["resolve"])

    def deadlineRevised(self, step):
        if step["clock"] == "resolve":
            self.restart(step, step["deadline"])

    def assignmentSuspended(self, step):
        self.part(step).is_suspended = True

    def assignmentResumed(self, step):
        part = self.part(step)
        part.is_suspended = False
        part.due = step["resolve"]["dueAt"] if step["resolve"] else None

    # -- Numbers --------------------------------------------------------------------------------

    def all_parts(self):
        return [(call, part) for call in self.calls.values() for part in call.parts.values()]

    def of_department(self, name):
        """The numbers of a department, by their keys in the statistics."""
        ever = self.departments[name]
        parts = [part for _, part in self.all_parts() if part.department == name]
        waiting = [part.waiting_since for part in parts if part.state == "queued"]
        return {
            "queued": len(waiting),
            "received": ever.received,
            "dispatched": ever.dispatched,
            "accepted": ever.accepted,
            "completed": ever.completed,
            "returned": ever.returned,
            "stuck": sum(part.state == "stuck" for part in parts),
            "overdue": sum(part.is_open and part.is_missed for part in parts),
            "inHand": sum(part.state in IN_HAND for part in parts),
            "oldestQueuedSeconds": max(0, self.until - min(waiting)) / 1_000 if waiting else 0,
        }

    def of_campaign(self, name):
        """The numbers of a campaign, by their keys in the statistics."""
        ever = self.campaigns.get(name, Campaign())
        calls = [call for call in self.calls.values() if call.campaign == name]
        numbers = {
            "found": ever.found,
            "closed": ever.closed,
            "closedOnTime": ever.closed_on_time,
            "rectified": ever.closed + sum(call.state == "checking" for call in calls),
            "overdue": sum(
                any(part.is_open and part.is_missed for part in call.parts.values())
                for call in calls
            ),
        }
        if name in self.targets:
            numbers["target"] = self.targets[name]
        return numbers

    def of_calls(self):
        merged = sum(call.state == "merged" for call in self.calls.values())
        return {
            "filed": self.filed,
            "closed": self.closed,
            "voided": self.voided,
            "open": len(self.calls) - merged,
            "merged": merged,
            "dispatched": self.dispatched,
            "misdispatched": self.misdispatched,
            "passedOn": self.passed_on,
        }

    def unnoticed(self):
        """Parts whose time was over when the statistics were made, and no fact says so."""
        if not self.is_clock_confirmed:
            return []
        return [
            f"a part of {part.department} was due at {part.due} and no fact says that it was missed"
            for call, part in self.all_parts()
            if part.is_open
            and call.state not in ENDED
            and not part.is_suspended
            and not part.is_missed
            and part.due is not None
            and part.due + CLOCK_TOLERANCE < self.until
        ]


class Comparison:
    def __init__(self):
        self.compared = 0
        self.differences = []

    def number(self, what, counted, said):
        self.compared += 1
        # The broker's histograms keep two digits; seconds are fractions of milliseconds.
        same = counted == said if isinstance(said, int) and isinstance(counted, int) else (
            abs(counted - said) <= 0.0011 + 0.01 * abs(counted)
        )
        if not same:
            self.differences.append(f"{what}: counted {counted}, the statistics say {said}")

    def numbers(self, what, counted, said):
        for key, value in counted.items():
            if said.get(key) is not None:
                self.number(f"{what}: {key}", value, said[key])

    def latency(self, what, times, said):
        """Quantiles in seconds: the least time that so many of a hundred do not exceed."""
        self.number(f"{what}: count", len(times), said["count"])
        if not times or said["count"] != len(times):
            return
        times = sorted(times)
        for key, percent in (("p50", 50), ("p90", 90), ("p99", 99), ("p999", 99.9), ("max", 100)):
            rank = max(1, math.ceil(percent * len(times) / 100 - 1e-9))
            self.number(f"{what}: {key}", times[rank - 1] / 1_000, said[key])

    def everything(self, recount, stats):
        self.numbers("calls", recount.of_calls(), stats["calls"])
        departments = {each["id"]: each for each in stats["departments"]}
        for name in recount.departments:
            if name not in departments:
                self.differences.append(f"department {name}: the statistics do not tell of it")
                continue
            said = departments.pop(name)
            self.numbers(f"department {name}", recount.of_department(name), said)
            ever = recount.departments[name]
            for key, times in (("accept", ever.accept_times), ("resolve", ever.resolve_times)):
                self.latency(f"department {name}: latency {key}", times, said["latency"][key])
        for name in departments:
            self.differences.append(f"department {name}: no fact tells of it")
        campaigns = {each["id"]: each for each in stats["campaigns"]}
        for name, said in campaigns.items():
            self.numbers(f"campaign {name}", recount.of_campaign(name), said)
        for name in recount.declared:
            if name not in campaigns:
                self.differences.append(f"campaign {name}: the statistics do not tell of it")
        self.differences += recount.unnoticed()


def milliseconds(text):
    """A time as the statistics write it."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (moment - epoch) // datetime.timedelta(milliseconds=1)


def run(options):
    with open(options.stats, encoding="utf-8") as file:
        stats = json.load(file)
    recount = Recount(milliseconds(stats["at"]))
    source = sys.stdin if options.export == "-" else open(options.export, encoding="utf-8")
    with source:
        header = json.loads(next(source))
        if header.get("gridcallExport") != 1:
            raise ValueError("the first line is not the header of an export of format 1")
        for line in source:
            if not recount.batch(json.loads(line)):
                break
    comparison = Comparison()
    if header["end"]["seq"] < stats.get("broker", {}).get("journalBatches", 0):
        comparison.differences.append("the export ends before the statistics were made")
    comparison.everything(recount, stats)
    for fact in sorted(recount.unknown):
        print(f"recount.py: a fact {fact} is not known here and was not counted", file=sys.stderr)
    return comparison


def main():
    parser = argparse.ArgumentParser(description="Counts GridCall's statistics again.")
    parser.add_argument("export", help="the file of `gridcall audit export`, or -")
    parser.add_argument("stats", help="the file of `gridcall stats --format json`")
    options = parser.parse_args()
    try:
        comparison = run(options)
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        print(f"recount.py: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    for difference in comparison.differences:
        print(difference)
    if comparison.differences:
        print(f"NOT the same: {len(comparison.differences)} of {comparison.compared} numbers differ")
        return 1
    print(f"the same: {comparison.compared} numbers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
