"""A store takes no writes: what it prints, and what its clients do, whether space, ids, disks or a writer lack."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import SCRATCH_FILES

# ---- the store -------------------------------------------------------------------------------------------------------

PG_READ_ONLY_INSERT = Line(
    "ERROR cannot execute INSERT in a read-only transaction",
    software=("postgres",),
    per_minute=0.9,
    elsewhere=True,
)
PG_READ_ONLY_UPDATE = Line(
    "ERROR cannot execute UPDATE in a read-only transaction",
    software=("postgres",),
    per_minute=0.6,
    elsewhere=True,
)
PG_READ_ERROR = Line(
    'ERROR could not read block {id} in file "base/16384/{port}": Input/output error', software=("postgres",)
)
PG_READ_ONLY_FILES = Line(
    'ERROR could not extend file "base/16384/{port}": Read-only file system', software=("postgres",), per_minute=0.6
)
MYSQL_READ_ERROR = Line(
    "ERROR [MY-012592] [InnoDB] Operating system error number 5 in a file operation.", software=("mysql",)
)
MYSQL_READ_ONLY_MEANS = Line(
    "ERROR [MY-012596] [InnoDB] Error number 30 means 'Read-only file system'", software=("mysql",), per_minute=0.3
)
PG_ABORTED = Line(
    "LOG   server process (PID {child}) was terminated by signal 6: Aborted", software=("postgres",), per_minute=0.4
)
PG_INTEGER_RANGE = Line("ERROR integer out of range", software=("postgres",), per_minute=0.9, elsewhere=True)

# ---- its clients: they hold what they could not write ----------------------------------------------------------------

JAVA_NOT_WRITTEN = Line(
    "ERROR app.web.WriteGuard : POST {path} 503: {not stored|not written|store did not take it}, "
    "{kept for another try|to be tried again|kept}, {request|id} {hex}",
    software=("java",),
    per_minute=0.4,
    elsewhere=True,
)
GO_NOT_WRITTEN = Line(
    "ERROR POST {path} 503: {write put aside|write kept|not written}, {count} "
    "{wait for another try|wait|to be tried again|kept}",
    software=("go",),
    per_minute=0.4,
    elsewhere=True,
)
PYTHON_NOT_WRITTEN = Line(
    "ERROR app.store : POST {path} 503, {write|change|update} of {user} "
    "{kept in the outbox|goes to the outbox|put aside|to be tried again}",
    software=("python",),
    per_minute=0.4,
    elsewhere=True,
)
NODE_NOT_WRITTEN = Line(
    "ERROR POST {path} 503: {outbox took the write|write kept in the outbox|write put aside|not written}, "
    "{attempt|try} {few} of 10",
    software=("node",),
    per_minute=0.4,
    elsewhere=True,
)
NOT_WRITTEN = (JAVA_NOT_WRITTEN, GO_NOT_WRITTEN, PYTHON_NOT_WRITTEN, NODE_NOT_WRITTEN)


# ---- no room ---------------------------------------------------------------------------------------------------------

# On the volume of `log_file`: the audit log, unless it is told otherwise.


def _no_space(text: str, software: str) -> Line:
    return Line(text, software=(software,), elsewhere=True, when="full", aside={"log_file": SCRATCH_FILES})


JAVA_NO_SPACE = _no_space(
    "ERROR POST {path}: java.io.FileNotFoundException: {log_file} (No space left on device)", "java"
)
GO_NO_SPACE = _no_space("ERROR POST {path}: write {log_file}: no space left on device", "go")
PYTHON_NO_SPACE = _no_space(
    "ERROR uvicorn.error : Exception in ASGI application, POST {path}: OSError: [Errno 28] No space left on device: "
    "'{log_file}'",
    "python",
)
NODE_NO_SPACE = _no_space("ERROR POST {path} 500: Error: ENOSPC: no space left on device, open '{log_file}'", "node")
NO_SPACE = (JAVA_NO_SPACE, GO_NO_SPACE, PYTHON_NO_SPACE, NODE_NO_SPACE)
KAFKA_NO_SPACE = Line(
    "ERROR Error while appending records to activity-{n} in dir /var/lib/kafka/data "
    "(org.apache.kafka.storage.internals.log.LogDirFailureChannel) java.io.IOException: No space left on device",
    software=("kafka",),
    per_minute=0.06,  # a broker says so once and goes down
    when="full",
)
KAFKA_SHRINKING_ISR = Line(
    "INFO  [Partition activity-{n} broker=2] Shrinking ISR from 1,2,3 to 2. Leader: (highWatermark: {offset}, "
    "endOffset: {later}). (kafka.cluster.Partition)",
    software=("kafka",),
    elsewhere=True,
)
# ---- ids of transactions ---------------------------------------------------------------------------------------------

# `database` is a fact of the mode: the one that all use, or one that nobody looks after. `left` are the transactions
# until it takes no more.
PG_MUST_BE_VACUUMED = Line(
    'WARNING database "{database}" must be vacuumed within {left} transactions',
    software=("postgres",),
    per_minute=0.3,
)
PG_NOT_ACCEPTING = Line(
    'ERROR database is not accepting commands to avoid wraparound data loss in database "{database}"',
    software=("postgres",),
    per_minute=0.9,
)
# `ago` is how many transactions old the oldest row is that must be kept.
PG_AGGRESSIVE_VACUUM = Line(
    'LOG   automatic aggressive vacuum to prevent wraparound of table "app.public.{table}": index scans: 0 '
    "tuples: 0 removed, {remain} remain, {dead} are dead but not yet removable; removable cutoff: {xmin}, "
    "which was {ago} XIDs old when operation ended",
    software=("postgres",),
    per_minute=0.2,
)

# ---- a coordination store --------------------------------------------------------------------------------------------

ETCD_NO_SPACE = Line(
    'WARN  failed to apply request: took=1.{n}µs request="header:<ID:{id}{id} > '
    'put:<key:\\"/status/{hex}\\" value_size:{n} >" response="" error="etcdserver: no space"',
    software=("registry",),
    per_minute=0.6,
)
ETCD_LATE_HEARTBEAT = Line(
    "WARN  leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk: "
    "heartbeat-interval=100ms expected-duration=200ms exceeded-duration={n}ms",
    software=("registry",),
    per_minute=0.3,
    elsewhere=True,
)
_QUOTA = "etcdserver: mvcc: database space exceeded"
VAULT_ETCD_QUOTA = Line(f'ERROR core: failed to persist lease entry: error="{_QUOTA}"', software=("vault",))
K8S_ETCD_QUOTA = Line(
    'ERROR status.go:71] "Unhandled Error" err="apiserver received an error that is not an metav1.Status: '
    f'rpctypes.EtcdError{{{{code:0x8, desc:\\"{_QUOTA}\\"}}}}: {_QUOTA}"',
    software=("kubernetes",),
)
KAFKA_ETCD_QUOTA = Line(
    "ERROR Put of /brokers/2 failed (platform.BrokerRegistration) "
    f"io.etcd.jetcd.common.exception.EtcdException: {_QUOTA}",
    software=("kafka",),
)
# What clients make of a refusal by themselves, whatever the reason.
LEASE_NOT_RENEWED = Line(
    "WARN  {lease|registration|session} of {instance} {not renewed|not extended|could not be renewed}, "
    "{next try|again} in {few} s",
    software=("go", "config-service", "java", "python", "node"),
    elsewhere=True,
    peers=("registry",),
)
ETCD_QUOTA = (VAULT_ETCD_QUOTA, K8S_ETCD_QUOTA, KAFKA_ETCD_QUOTA, LEASE_NOT_RENEWED)

# ---- notes -----------------------------------------------------------------------------------------------------------

# Of an application: what its logs take.
LOG_DISK_NOTE = "/var/log: {now[log disk used]} % used, {now[log volume]} MB/min written"
# Of a database: `sequence` is a fact of the mode, the highest number that a sequence of it has given out.
COUNTERS_NOTE = (
    "largest table: {table}, sequence at {sequence}; transaction horizon {now[transaction horizon]} M, disk "
    "{now[disk used]} % used"
)
# Of a database: who follows its primary, and how far behind.
REPLICAS_NOTE = (
    "replicas: {now[replicas attached]} attached, {now[replica lag]} s behind; log kept for them "
    "{now[log retained for replicas]} GB"
)
SERVER_NOTE = "server process of {instance} began {age} min ago, after a clean shutdown"
