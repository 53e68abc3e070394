.PHONY: build build-all run docs lint test test-vm torture bench first-contact clean

# Static, so that it runs on any Linux, and the same wherever it is built.
BUILD = CGO_ENABLED=0 go build -trimpath

build:
	$(BUILD) -o bin/wirelark ./cmd/wirelark

build-all:
	GOARCH=amd64 $(BUILD) -o bin/wirelark-linux-amd64 ./cmd/wirelark
	GOARCH=arm64 $(BUILD) -o bin/wirelark-linux-arm64 ./cmd/wirelark

run: build
	bin/wirelark run scripts/hello.star

# The reference is made of the declarations; tests compare it.
docs:
	go run ./cmd/wirelark doc --markdown > docs/builtins.md
	go run ./cmd/wirelark doc --stub > docs/builtins.pyi

lint:
	scripts/ci/lint.sh

# As root, this also runs everything as ordinary users, whom setup.sh makes.
test:
	scripts/ci/setup.sh
	scripts/ci/test.sh

# Under other kernels, in virtual machines: KERNELS="6.1 6.12" if it is not given.
test-vm:
	scripts/ci/vm.sh $(KERNELS)

# Kills labs at random instants and looks for what is left: N times for each
# kind of user, a night with N=10000; SEED=… repeats the instants of a run.
torture:
	go run ./torture -n $(or $(N),60) $(if $(SEED),-seed $(SEED))

# Ratios to shells, the netlink library and exec itself; needs root. For one
# table only: make bench NAME="star of 100".
bench:
	go run ./bench $(if $(N),-n $(N)) $(if $(NAME),"$(NAME)")

# The first packet of new networks, N labs of 50 for each of six shapes.
first-contact: build
	for i in $$(seq $(or $(N),20)); do bin/wirelark run -q bench/scripts/first_contact.star n=50 limit=100ms || exit 1; done

clean:
	rm -rf bin
