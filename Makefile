# Works on a machine with a JDK (17 to 25), Maven and Node.
MVN := mvn -B
JAR := target/restante.jar
SOURCES := pom.xml $(shell find src/main -type f)
DEPENDENCY_PLUGIN := org.apache.maven.plugins:maven-dependency-plugin:3.9.0
DEMO_CLASSPATH := target/demo-classpath
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run build test test-debian-redis demo fmt clean

help: ## Says what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(JAR) ## Runs a gateway with an embedded Redis; ARGS="--set http.port=0" and the like.
	@exec java -jar $(JAR) serve $(ARGS)

build: $(JAR) ## Builds target/restante.jar.

$(JAR): $(SOURCES)
	$(MVN) -q -DskipTests package
	@touch $@

test: ## Runs all checks, unit and integration tests on the embedded Redis.
	$(MVN) verify

test-debian-redis: ## Runs the same on Debian's Redis, which is installed where it is missing.
	command -v redis-server >/dev/null \
	  || { apt-get update && apt-get install -y --no-install-recommends redis-server; }
	RESTANTE_TEST_REDIS="$$(command -v redis-server)" $(MVN) verify

demo: ## Tells the story of the 2013 article in the terminal, with real keys.
	$(MVN) -q -DskipTests package $(DEPENDENCY_PLUGIN):build-classpath \
	  -Dmdep.includeScope=test -Dmdep.outputFile=$(DEMO_CLASSPATH) >&2
	@if [ -t 1 ] && [ -z "$$NO_COLOR" ]; then colour=--colour; fi; \
	exec java --enable-native-access=ALL-UNNAMED -Drestante.jar=$(JAR) \
	  -cp "target/test-classes:target/classes:$$(cat $(DEMO_CLASSPATH))" \
	  io.restante.demo.Demo $$colour

fmt: ## Formats all sources.
	$(MVN) -q spotless:apply

clean: ## Removes what was built; data/ stays.
	$(MVN) -q clean
