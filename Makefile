# Works on a machine with a JDK (17 to 25), Maven and Node.
MVN := mvn -B
JAR := target/restante.jar
SOURCES := pom.xml $(shell find src/main -type f)
DEPENDENCY_PLUGIN := org.apache.maven.plugins:maven-dependency-plugin:3.9.0
CLASSPATH := target/test-classpath
# The jar, and the class path of what runs beside it out of the tests.
TEST_CLASSPATH = $(MVN) -q -DskipTests package $(DEPENDENCY_PLUGIN):build-classpath \
  -Dmdep.includeScope=test -Dmdep.outputFile=$(CLASSPATH) >&2
ARGS ?=
# What is measured is on the installed Redis, where there is one, and not on the embedded one.
INSTALLED_REDIS := RESTANTE_TEST_REDIS="$${RESTANTE_TEST_REDIS:-$$(command -v redis-server)}"
# The heap that k8s/ gives a gateway, for all processes of a measurement.
AS_DEPLOYED := $(INSTALLED_REDIS) JDK_JAVA_OPTIONS="-XX:+UseG1GC -Xms512m -Xmx512m"

.DEFAULT_GOAL := help
.PHONY: help run build test test-debian-redis demo drain prove storm storm-saboteurs
.PHONY: bench bench-growth bench-mail bench-idle push-soak jmh fmt clean

help: ## Says what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(JAR) ## Runs a gateway with an embedded Redis; ARGS="--set http.port=0" and the like.
	@exec java -jar $(JAR) serve $(ARGS)

build: $(JAR) ## Builds target/restante.jar.

# Without compiling the tests, which takes longer than all else.
$(JAR): $(SOURCES)
	$(MVN) -q -Dmaven.test.skip=true package
	@touch $@

NODE_MODULES := src/test/node/node_modules/.package-lock.json

# Keys of other protocols, and a push server, come from Node; without npm their tests are skipped.
# Three times at most, as the registry may be out of reach for a moment.
$(NODE_MODULES): src/test/node/package-lock.json
	command -v npm >/dev/null || exit 0; cd src/test/node || exit 1; \
	for pause in 5 20 0; do npm ci && exec touch node_modules/.package-lock.json; sleep $$pause; done; \
	exit 1

test: $(NODE_MODULES) ## Runs all checks, unit and integration tests on the embedded Redis.
	$(MVN) verify

test-debian-redis: $(NODE_MODULES) ## Runs the same on Debian's Redis, which is installed where it is missing.
	command -v redis-server >/dev/null \
	  || { apt-get update && apt-get install -y --no-install-recommends redis-server; }
	RESTANTE_TEST_REDIS="$$(command -v redis-server)" $(MVN) verify

demo: ## Tells the story of the 2013 article in the terminal, with real keys.
	$(TEST_CLASSPATH)
	@if [ -t 1 ] && [ -z "$$NO_COLOR" ]; then colour=--colour; fi; \
	exec java --enable-native-access=ALL-UNNAMED -Drestante.jar=$(JAR) \
	  -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.demo.Demo $$colour

drain: ## Simulates a day of attacks that drain a device of its prekeys; ARGS=HOURS for another time.
	$(TEST_CLASSPATH)
	@exec java -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.prekey.DrainSimulation $(if $(ARGS),$(ARGS),24)

prove: ## Races and faults against real processes; ARGS="--seed N --seconds S --mode M".
	$(TEST_CLASSPATH)
	@exec java --enable-native-access=ALL-UNNAMED -Drestante.jar=$(JAR) \
	  -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.prove.Prove $(ARGS)

storm: ## Deliveries under faults, real processes; ARGS="--seed N --seconds S --mode M".
	$(TEST_CLASSPATH)
	@exec java --enable-native-access=ALL-UNNAMED -Drestante.jar=$(JAR) \
	  -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.storm.Storm $(ARGS)

storm-saboteurs: ## Has the storm find each way in which a gateway is broken on purpose.
	$(TEST_CLASSPATH)
	@exec java --enable-native-access=ALL-UNNAMED -Drestante.jar=$(JAR) \
	  -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.storm.Sabotage

bench: ## Compares the gateway with a floor, and writes docs/performance.md; ARGS="--rounds 9" and the like.
	$(TEST_CLASSPATH)
	@$(AS_DEPLOYED) exec java -Drestante.jar=$(JAR) \
	  -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.bench.Bench --doc docs/performance.md $(ARGS)

bench-growth: ## Measures claims among 10 k to 1 M devices, in deep pools and beside long ledgers. Long.
	$(TEST_CLASSPATH)
	@$(INSTALLED_REDIS) exec java -Xmx2g -Drestante.jar=$(JAR) \
	  -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.bench.Growth --doc docs/performance.md $(ARGS)

push-soak: ## Pushes to a provider on a bad day; ARGS=COUNT for another number than 100,000.
	$(TEST_CLASSPATH)
	@exec java -Xmx1g -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.push.webhook.PushSoak $(ARGS)

bench-mail: ## Compares deliveries with floors, mosquitto and nats-server, where these are installed.
	$(TEST_CLASSPATH)
	@$(AS_DEPLOYED) exec java -Drestante.jar=$(JAR) \
	  -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.bench.mail.MailBench --doc docs/performance.md $(ARGS)

bench-idle: ## Measures up to 45,000 idle sockets, and reconnects after a kill.
	$(TEST_CLASSPATH)
	@$(AS_DEPLOYED) exec java -Drestante.jar=$(JAR) \
	  -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  io.restante.bench.idle.IdleBench --doc docs/performance.md $(ARGS)

jmh: ## Measures the pure parts by themselves; ARGS="-f 1 encodeBundle" takes other options.
	$(TEST_CLASSPATH)
	@mkdir -p target/jmh
	@javac -nowarn -d target/jmh -processor org.openjdk.jmh.generators.BenchmarkProcessor \
	  -cp "target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  $$(find src/test/java -name '*Benchmark.java')
	@exec java -cp "target/jmh:target/test-classes:target/classes:$$(cat $(CLASSPATH))" \
	  org.openjdk.jmh.Main $(if $(ARGS),$(ARGS),-f 1 -wi 3 -i 5 -w 1 -r 1)

fmt: ## Formats all sources.
	$(MVN) -q spotless:apply

clean: ## Removes what was built; data/ stays.
	$(MVN) -q clean
