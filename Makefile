# Each target installs what it needs (Debian) or says what to install; see scripts/setup.sh.

.PHONY: demo test bench matrix realworld soak generated help

help:
	@echo "make demo       a product's database end to end on a throw-away server: findings, migrations, before and after"
	@echo "make test       format, lints, all tests"
	@echo "make bench      the figures the README quotes, side by side with public tools"
	@echo "make matrix     the tests on PostgreSQL 13 to 18"
	@echo "make realworld  schemas and workloads that other people wrote"
	@echo "make soak       the long kill, load and scale tests"
	@echo "make generated  writes the files that are made from others: generated-migrations/"

demo:
	@scripts/setup.sh build
	cargo build --release
	rm -rf target/demo
	target/release/dbharden demo lead_platform --out target/demo/generated-migrations

test:
	@scripts/setup.sh build test
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo test

bench:
	@scripts/setup.sh build test bench python
	cargo build --release
	benches/plan.sh
	benches/drift.sh
	benches/lint.sh
	benches/twin.sh
	benches/advice.sh
	benches/advice_scale.sh
	benches/apply.sh
	benches/isolation.sh
	benches/lead_platform.sh

matrix:
	@scripts/setup.sh build test node
	scripts/matrix.sh

realworld:
	@scripts/setup.sh build test node python runners
	cargo build --release
	tests/realworld/run.sh
	tests/realworld/tenants.sh
	DBHARDEN_REALWORLD=1 cargo test --test it realworld::
	tests/realworld/guide.sh
	tests/realworld/runners.sh
	-tests/realworld/advice.sh # figures with goals of their own

soak:
	@scripts/setup.sh build test
	DBHARDEN_SOAK=1 cargo test --release -- --nocapture

generated:
	@scripts/setup.sh build
	cargo build --release
	scripts/generated.sh
