"""What each person of the street does, one round at a time."""

import collections
import json

from office import DEPARTMENTS, Refused

# What reporters see, with how often; a sweep is about litter.
SIGHTS = {
    "litter": 30, "blocked-pavement": 15, "shop-front": 10, "open-air-barbecue": 8,
    "shared-bicycles": 8, "construction-waste": 5, "illegal-construction": 6, "expired-food": 5,
    "short-weight": 4, "restaurant-gas": 4, "ebike-charging": 5, "blocked-fire-exit": 4,
    "dust": 3, "noise": 5, "neighbour-dispute": 3, "unpaid-wages": 2,
}
# Whose outcome says whether the parties agreed, and whose may be a fine.
MEDIATED = {"neighbour-dispute", "unpaid-wages"}
FINED = {"illegal-construction", "expired-food"}
REASONS = ["不属于本部门职责", "需要更多时间取证", "现场情况复杂，人手不足"]


class Person:
    """Somebody with a key. `deeds` counts what was done; a lost race is refused and forgotten."""

    def __init__(self, office, name, chance):
        self.office = office
        self.name = name
        self.chance = chance
        self.deeds = collections.Counter()

    def ask(self, *arguments):
        return json.loads(self.office.gridcall(self.name, *arguments, "--format", "json"))

    def do(self, deed, *arguments):
        """Gives a command; whether it was carried out."""
        try:
            self.office.gridcall(self.name, *arguments)
        except Refused:
            self.deeds["refused"] += 1
            return False
        self.deeds[deed] += 1
        return True

    def happens(self, percent):
        return self.chance.random() * 100 < percent

    def reason(self):
        return self.chance.choice(REASONS)


class Reporter(Person):
    """Files calls, and checks on site what asks for it."""

    def __init__(self, office, name, chance, grid):
        super().__init__(office, name, chance)
        self.grid = grid
        self.planned = 0
        self.receipts = []
        self.failed = set()

    def plan_call(self):
        self.planned += 1

    def file_day(self):
        for _ in range(self.planned):
            sight = self.chance.choices(list(SIGHTS), weights=SIGHTS.values())[0]
            self.file(sight, "巡查发现，请处置")

    def sweep(self, count):
        for number in range(count):
            self.file("litter", f"专项排查第 {number + 1} 处")

    def file(self, category, description):
        receipt = self.ask(
            "submit", "--category", category, "--grid", self.grid, "--description", description,
            "--anyway")
        self.receipts.append(receipt["id"])

    def work(self):
        """Checks every call of this reporter that waits for it."""
        waiting = self.ask("list", "--state", "checking", "--limit", "100")["calls"]
        for call in waiting:
            number = call["caseNumber"]
            if number not in self.failed and self.happens(20):
                self.failed.add(number)
                self.do("check failed", "check", "fail", number, "--reason", "现场仍有问题")
            else:
                self.do("check passed", "check", "pass", number)
        return bool(waiting)

    def calls_by_id(self):
        calls, page = {}, []
        while True:
            answer = self.ask("list", "--limit", "500", *page)
            calls.update((call["id"], call) for call in answer["calls"])
            if not answer["nextPage"]:
                return calls
            page = ["--page", answer["nextPage"]]


class Officer(Person):
    """Does a department's work; colleagues share it by the number of the assignment."""

    def __init__(self, office, name, chance, department, place, colleagues):
        super().__init__(office, name, chance)
        self.department = department
        self.place = place
        self.colleagues = colleagues
        self.returned = set()

    def work(self):
        tasks = self.ask("task", "list", "--limit", "200")["calls"]
        mine = [
            (call, part) for call in tasks for part in call["parts"]
            if part["assignment"] // 64 % self.colleagues == self.place
        ]
        return sum(self.step(call, part) for call, part in mine) > 0

    def step(self, call, part):
        """The next step of one part; whether there was one."""
        case = [call["caseNumber"], "--part", str(part["part"])]
        supervision = part.get("supervision")
        if supervision and not supervision["repliedAt"]:
            self.do("reply", "reply", *case, "--reason", "已安排人员办理")
        if part["suspendedUntil"]:
            return self.do("resume", "task", "resume", *case)
        if part["state"] == "delivered":
            return self.take(case, part)
        if part["state"] == "accepted":
            return self.go(case, part)
        if part["state"] == "arrived":
            return self.finish(case, call, part)
        return False

    def take(self, case, part):
        if part["assignment"] not in self.returned and self.happens(4):
            self.returned.add(part["assignment"])
            return self.do("return", "task", "return", *case, "--reason", self.reason())
        return self.do("accept", "task", "accept", *case)

    def go(self, case, part):
        if part["extensions"] == 0 and not part["extensionRequested"] and self.happens(4):
            self.do("ask for an extension", "task", "extend", *case, "--reason", self.reason())
        if self.happens(2):
            self.do("suspend", "task", "suspend", *case, "--until", "2d", "--reason", self.reason())
            return True
        return self.do("arrive", "task", "arrive", *case)

    def finish(self, case, call, part):
        proposal = part.get("proposal")
        measures = self.measures(call)
        if proposal is None and call["category"] in FINED:
            return self.do("propose", "task", "propose", *case, *measures)
        if proposal and proposal["verdict"] in ("corrected", "rejected"):
            return self.do("propose again", "task", "propose", *case, *measures)
        if proposal:
            # What was approved is what is done; anything else would need another review.
            measures = [f"--measure={m['name']}={m['value']}" for m in proposal["measures"]]
        return self.do("complete", "task", "complete", *case, *measures)

    def measures(self, call):
        """What is decided, by the category's form; a high fine is a major decision."""
        if call["category"] in MEDIATED:
            resolved = "yes" if self.happens(96) else "no"
            return ["--measure=disposal=调解", f"--measure=resolved={resolved}"]
        if call["category"] in FINED:
            fine = self.chance.choice([2000, 20000, 60000])
            return ["--measure=disposal=责令改正", f"--measure=fine={fine}"]
        return []


class Reviewer(Person):
    """Reviews proposals of major decisions."""

    def work(self):
        waiting = self.ask("review", "list")["calls"]
        for call in waiting:
            for part in call["parts"]:
                case = [call["caseNumber"], "--part", str(part["part"])]
                proposal = ["--proposal", part["proposal"]["digest"][:16]]
                verdict = self.chance.choices(["approve", "correct", "reject"], [75, 20, 5])[0]
                why = [] if verdict == "approve" else ["--reason", "裁量幅度应予说明"]
                self.do(verdict, "review", verdict, *case, *proposal, *why)
        return bool(waiting)


class Operator(Person):
    """Sends returned parts on, decides extensions, verifies, supervises."""

    def work(self):
        calls = self.ask("list", "--open", "--limit", "500")["calls"]
        return sum(self.look(call) for call in calls) > 0

    def look(self, call):
        number, done = call["caseNumber"], 0
        if call["state"] == "verifying":
            return self.do("verify", "verify", "pass", number)
        for part in call["parts"]:
            case = [number, "--part", str(part["part"])]
            if part["state"] == "returned":
                done += self.send_on(case, part)
            elif part["state"] == "stuck":
                done += self.do("requeue", "requeue", *case)
            elif part["extensionRequested"]:
                verdict = "approve" if self.happens(70) else "refuse"
                done += self.do(
                    f"extension {verdict}", "extension", verdict, *case, "--reason", "情况属实")
        return done

    def send_on(self, case, part):
        others = [name for name in DEPARTMENTS if name != part["department"]]
        return self.do(
            "redispatch", "redispatch", *case, "--to", self.chance.choice(others), "--reason",
            "改派")
