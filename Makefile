# GridCall: see README.md. `make help` lists the targets.

SWIFT ?= swift
VERSION ?= 0.1.0
# Programs for use carry Swift's libraries in them: they start faster and need no toolchain.
RELEASE_FLAGS ?= --static-swift-stdlib
RELEASE = $(SWIFT) build -c release $(RELEASE_FLAGS)
PREFIX ?= /usr/local
BINARIES ?= $(shell $(RELEASE) --show-bin-path)
PACKAGES ?= .build/packages
# A few tests at a time, so that those with a deadline get their share of two cores; and an end for
# a test that would never end.
TESTS_AT_ONCE ?= 4
TEST_MINUTES ?= 15
FRESH ?= 200
STEPS ?= 1500
TEST = SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TESTS_AT_ONCE) \
    timeout --kill-after=10 $(TEST_MINUTES)m $(SWIFT) test --skip-build
# Only with this variable does Package.swift know of the fuzzing program and what it needs.
FUZZ_DRIVER = $(shell dirname "$$(realpath "$$(command -v $(SWIFT))")")/../lib/swift/clang/lib/linux/libclang_rt.fuzzer_no_main-$(shell uname -m).a
FUZZ_BUILD = GRIDCALL_FUZZ="$$(realpath $(FUZZ_DRIVER))" $(SWIFT) build -c release --scratch-path .build/fuzz
PROTO_OPTIONS = --swift_opt=Visibility=Package --swift_opt=FileNaming=DropPath --swift_opt=UseAccessLevelOnImports=true
MODULE_TESTS = AccessTests|MonotonicTests|ThreadsTests|ZeroMQTests|ServiceNotifyTests|GridModelTests|GridCodecTests|GridSessionTests|BrokerEngineTests|BrokerJournalTests|BrokerViewsTests|BrokerServerTests|CatalogueTests|WorkerKitTests|WebhookTests|DepartmentsTests|ClientKitTests|ConsoleKitTests|ArchitectureTests|FuzzReplayTests
# Those that go through every byte, key or state, or through many random histories.
EXHAUSTIVE_SUITES = ChangedByteTests|CutFileTests|FlippedBitTests|CatalogueSchemaTests|ClockPropertyTests|HostileCatalogueTests|WorkCalendarTests|LegalGateSearchTests|RecountTests|ListTests|ViewReaderTests|ViewStoreTests|SpoolCrashTests|CorpusTests

.PHONY: help demo test run build install uninstall deb format lint bench bench-deps bench-micro instructions instructions-record bench-quick bench-keys bench-scale bench-start bench-console completions man clean street-day deps test-deps build-tests unit exhaustive simulate \
	sanitize fuzz end-to-end upgrade mutations test-install test-package test-alerts alerts-deps test-browser screenshots browser-deps \
	proto chaos soak

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: deps ## Install what is missing, build, and replay a real day in about 20 seconds.
	@$(RELEASE) --product gridcall-broker
	@$(RELEASE) --product gridcall-worker
	@$(RELEASE) --product gridcall-console
	@$(RELEASE) --product gridcall
	@deploy/demo.sh "$$($(RELEASE) --show-bin-path)"

test: test-deps unit exhaustive simulate end-to-end instructions test-install ## Install what the tests need and run all of them.

run: deps ## Leave a broker, its workers and the console in the foreground.
	@$(RELEASE) --product gridcall-broker
	@$(RELEASE) --product gridcall-worker
	@$(RELEASE) --product gridcall-console
	@$(RELEASE) --product gridcall
	@deploy/run.sh "$$($(RELEASE) --show-bin-path)"

build: deps ## Build everything for use.
	@$(RELEASE)

install: ## Install what `make build` built; PREFIX=/usr/local DESTDIR=.
	@deploy/install.sh "$(BINARIES)" "$(PREFIX)" "$(DESTDIR)"

uninstall: ## Remove it again; settings and calls are kept.
	@deploy/uninstall.sh "$(PREFIX)" "$(DESTDIR)"

deb: build ## Build a Debian package in .build/packages; VERSION=.
	@deploy/debian/package.sh "$(BINARIES)" "$(VERSION)" "$(PACKAGES)"

build-tests: deps ## Build programs and tests for debugging.
	@$(SWIFT) build --build-tests

unit: build-tests ## Run the modules' tests but the exhaustive ones, in less than a minute.
	@$(TEST) --filter '^($(MODULE_TESTS))\.' --skip '^[^.]+\.($(EXHAUSTIVE_SUITES))/'

exhaustive: build-tests ## Run the modules' tests that go through every byte, key or state, or many random histories.
	@$(TEST) --filter '^[^.]+\.($(EXHAUSTIVE_SUITES))/'

simulate: build-tests ## Run the simulator on its fixed seeds and on FRESH=200 new ones; SEED=n STEPS=n tells one.
	@if [ -n "$(SEED)" ]; then \
	    "$$($(SWIFT) build --show-bin-path)/gridcall-simulate" --seed $(SEED) --steps $(STEPS); \
	else FRESH=$(FRESH) STEPS=$(STEPS) $(TEST) --filter '^Simulation\.'; fi

mutations: test-deps ## Put in deliberate faults, one at a time, and say what catches each; ONLY=id one of them.
	@SWIFT="$(SWIFT)" Tests/Mutations/mutate.py $(foreach id,$(ONLY),--only $(id))

end-to-end: test-deps build-tests ## Run the tests with real processes.
	@$(TEST) --filter '^EndToEnd\.'
	@Tests/Fixtures/test_audit.py
	@Tests/Prometheus/test_rules.py
	@Tests/Fixtures/changed_bytes.py "$$($(SWIFT) build --show-bin-path)" --every 1261
	@Tests/Fixtures/upgrade.py "$$($(SWIFT) build --show-bin-path)"

upgrade: test-deps ## Open what every former release left on disk, and serve its peers.
	@$(SWIFT) build
	@Tests/Fixtures/upgrade.py "$$($(SWIFT) build --show-bin-path)"

instructions: test-deps build-tests ## Compare the instructions of a call's life with Benchmarks/instructions.json.
	@Benchmarks/test_instructions.py
	@Benchmarks/instructions.py "$$($(SWIFT) build --show-bin-path)"

instructions-record: test-deps build-tests ## Write that baseline anew, after a change that is meant to cost.
	@Benchmarks/instructions.py "$$($(SWIFT) build --show-bin-path)" --record

test-install: build-tests ## Test units and package with the debug programs, in a system that is thrown away.
	@Tests/Install/run.sh "$$($(SWIFT) build --show-bin-path)"

test-package: deb ## Test the package that `make deb` builds in the same way.
	@Tests/Install/run.sh "$(BINARIES)" "$(PACKAGES)/gridcall_$(VERSION)_$$(dpkg --print-architecture).deb"

test-alerts: alerts-deps ## Test alerts and dashboard with promtool.
	@Tests/Prometheus/test_rules.py

test-browser: browser-deps ## Test the console with headless Chromium, which is installed for it; ONLY= some of the tests.
	@$(SWIFT) build
	@.build/browser-python/bin/python -B Tests/Browser/test_console.py \
	    "$$($(SWIFT) build --show-bin-path)" $(ONLY)

screenshots: browser-deps ## Render the console's pages anew into docs/images.
	@$(SWIFT) build
	@.build/browser-python/bin/python -B Tests/Browser/screenshots.py \
	    "$$($(SWIFT) build --show-bin-path)" docs/images

sanitize: deps ## Run the tests under AddressSanitizer, then under ThreadSanitizer (an hour or two).
	@Tests/Sanitizers/run.sh address '^($(MODULE_TESTS)|Simulation)\.'
	@Tests/Sanitizers/run.sh thread '^($(MODULE_TESTS)|Simulation)\.'

fuzz: deps ## Fuzz all targets, RUNS=1000000 inputs each, or TARGET= one; KEEP=1 keeps what is new.
	@$(FUZZ_BUILD) --product gridcall-fuzz
	@Tests/Fuzz/fuzz.sh "$$($(FUZZ_BUILD) --show-bin-path)/gridcall-fuzz" "$${RUNS:-1000000}" "$${TARGET:-}"

street-day: deps ## A street's day: 160 reporters and 8 officers at the commands; SEED=n another one.
	@$(RELEASE)
	@Tests/StreetDay/street_day.py "$$($(RELEASE) --show-bin-path)" --seed "$${SEED:-1}"

SECONDS ?= 60
chaos: test-deps ## Kill, starve and mislead real processes for SECONDS=60, then account for every call; SEED=n.
	@$(RELEASE) --product gridcall-broker
	@$(RELEASE) --product gridcall-worker
	@$(RELEASE) --product gridcall
	@.build/python/bin/python -B Tests/Chaos/chaos.py "$$($(RELEASE) --show-bin-path)" \
	    --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

MINUTES ?= 60
RATE ?= 1000
soak: deps ## Load a broker for MINUTES=60 at RATE=1000 calls a second; writes .build/soak.csv and .svg.
	@$(RELEASE)
	@"$$($(RELEASE) --show-bin-path)/gridcall-bench" soak --minutes $(MINUTES) --rate $(RATE)
	@Benchmarks/soak-report.py .build/soak.csv --svg .build/soak.svg

bench: bench-deps ## Measure beside beanstalkd, Redis, RabbitMQ, PostgreSQL and NATS; BENCH=--quick for a short look.
	@$(RELEASE) --product gridcall-broker
	@$(RELEASE) --product gridcall-worker
	@$(RELEASE) --product gridcall
	@$(RELEASE) --product gridcall-bench
	@Benchmarks/compare.py "$$($(RELEASE) --show-bin-path)" $(BENCH)

bench-micro: deps ## Measure codec, engine, journal append and views one by one (ordo-one/benchmark); BENCH= its options.
	@mkdir -p .build/bench
	@cd Benchmarks/micro && GRIDCALL_MICRO_DATA="$(CURDIR)/.build/bench" \
	    $(SWIFT) package --scratch-path "$(CURDIR)/.build/micro" \
	        --allow-writing-to-package-directory benchmark $(BENCH)

bench-quick: deps ## Measure throughput beside a bare relay; prints a Markdown table.
	@$(RELEASE)
	@"$$($(RELEASE) --show-bin-path)/gridcall-bench" quick

bench-keys: deps ## Measure what keys cost: with CURVE and without, in one run.
	@$(RELEASE)
	@"$$($(RELEASE) --show-bin-path)/gridcall-bench" curve

bench-scale: deps ## Measure 10,000 connections, a million open calls and 5 million calls; BENCH=--quick for a short look.
	@$(RELEASE) --product gridcall-broker
	@$(RELEASE) --product gridcall-worker
	@$(RELEASE) --product gridcall-bench
	@Benchmarks/scale.py "$$($(RELEASE) --show-bin-path)" $(BENCH)

bench-start: deps ## Time `gridcall --help` and a cold `gridcall submit` beside `true`; prints a Markdown table.
	@$(RELEASE) --product gridcall-broker
	@$(RELEASE) --product gridcall
	@Benchmarks/start-up.py "$$($(RELEASE) --show-bin-path)"

bench-console: deps ## Measure the console before a million calls, with 200 pages open, for 20 minutes; BENCH=--quick for a short look.
	@$(RELEASE) --product gridcall-broker
	@$(RELEASE) --product gridcall-worker
	@$(RELEASE) --product gridcall-console
	@$(RELEASE) --product gridcall
	@$(RELEASE) --product gridcall-bench
	@Benchmarks/console.py "$$($(RELEASE) --show-bin-path)" $(BENCH)

completions: build ## Write the shells' completions to .build/share.
	@mkdir -p .build/share/completions
	@for program in gridcall gridcall-broker gridcall-worker gridcall-console; do for shell in bash zsh fish; do \
	    "$$($(RELEASE) --show-bin-path)/$$program" --generate-completion-script $$shell \
	        >.build/share/completions/$$program.$$shell || exit 1; done; done

man: build ## Write the manual pages to .build/share/man.
	@deploy/manual.py "$$($(RELEASE) --show-bin-path)" .build/share/man

format: ## Format all hand-written Swift.
	@git ls-files '*.swift' ':!*.pb.swift' | xargs $(SWIFT) format --in-place --parallel

lint: ## Check the format of all hand-written Swift.
	@git ls-files '*.swift' ':!*.pb.swift' | xargs $(SWIFT) format lint --strict --parallel

deps: ## Install what the build needs from Debian or Ubuntu.
	@deploy/install-dependencies.sh build

test-deps: ## Install what the tests need besides.
	@deploy/install-dependencies.sh build test
	@Tests/EndToEnd/prepare.sh

browser-deps: deps ## Install Chromium, its driver and what drives them.
	@deploy/install-dependencies.sh build browser
	@Tests/Browser/prepare.sh

bench-deps: deps ## Install the servers that GridCall is measured beside, and build their drivers.
	@deploy/install-dependencies.sh bench || echo "What is missing is skipped." >&2
	@Benchmarks/prepare.sh

proto: ## Regenerate the Swift of the two .proto files (needs protoc and protoc-gen-swift).
	protoc --proto_path=Sources/Shared/GridCodec --swift_out=Sources/Shared/GridCodec $(PROTO_OPTIONS) wire.proto
	protoc --proto_path=Sources/Broker/BrokerJournal --swift_out=Tests/BrokerJournalTests $(PROTO_OPTIONS) journal.proto

clean: ## Remove what was built.
	@rm -rf .build
