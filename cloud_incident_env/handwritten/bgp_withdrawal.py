"""A change of an export filter withdraws the routes to AZ-1, in which all payments are made."""

from __future__ import annotations

from cloud_incident_env.handwritten.failure import Failure, Result
from cloud_incident_env.handwritten.formats import TERSE
from cloud_incident_env.handwritten.logs_and_deploys import END, START, Blocks
from cloud_incident_env.handwritten.neighbours import (
    Columns,
    DependencyRow,
    State,
    downstream,
    failing,
    ok,
    peer,
    slow,
    unreachable,
    upstream,
)
from cloud_incident_env.handwritten.rows import Figure, Flag, Line, Reading, StatusRow, flags, runbook
from cloud_incident_env.handwritten.steps import Plan, together
from cloud_incident_env.incident import AlertText, Key

ANNOUNCED = Key("execute_runbook_step", "restore_bgp_routes")
ROLLED_BACK = Key("rollback_deploy", "network-infra")
REPAIRED = together(ANNOUNCED, ROLLED_BACK)
ZONES_CHECKED = Key("execute_runbook_step", "verify_cross_az_connectivity")
CHECKOUT_CHECKED = Key("execute_runbook_step", "verify_checkout_recovery")

# fmt: off
LOGS: dict[str, Blocks] = {
    "order-service": {
        (START, ANNOUNCED): """
            19:37:51.402 INFO completed ord-88f1c02 zone=az-2 pod=10.0.2.53 total_ms=418
            19:38:07.655 ERROR authorise ord-88f1d4e az-2 to payment-service 10.0.1.20:8443 connect timeout try 1/3
            19:38:09.121 ERROR authorise ord-88f1d57 az-3 to payment-service 10.0.1.20:8443 connect timeout try 1/3
            19:38:13.842 ERROR failed ord-88f1d4e zone=az-2 pod=10.0.2.51 status=504 tries=3 total_ms=9187
            19:40:22.871 ERROR save ord-88f3a10 zone=az-3 to=postgres-db 10.0.1.30:5432 connect timeout 3 s
            19:42:03.317 WARN free ord-88f4e66 zone=az-3 kept in local journal, 940 entries wait for postgres-db
            19:43:40.590 INFO completed ord-88f620b zone=az-1 pod=10.0.1.52 total_ms=431
            19:45:31.008 ERROR worker threads 197/200 busy zone=az-2 pod=10.0.2.54 oldest_wait_ms=8840
            19:46:57.764 ERROR failed ord-88f8c91 zone=az-3 pod=10.0.3.52 status=504 tries=3 total_ms=9204""",
        (ANNOUNCED, REPAIRED): """
            19:49:36.218 INFO completed ord-88fb004 zone=az-2 pod=10.0.2.52 total_ms=455
            19:50:09.470 ERROR authorise ord-88fb7d1 az-3 to payment-service 10.0.1.20:8443 timeout try 1/3
            19:50:27.905 INFO completed ord-88fb7f3 zone=az-3 pod=10.0.3.51 total_ms=488
            19:51:15.183 ERROR failed ord-88fc41a zone=az-2 pod=10.0.2.54 status=504 tries=3 total_ms=9190
            19:51:44.020 INFO completed ord-88fc9b2 zone=az-2 pod=10.0.2.54 total_ms=431""",
        (REPAIRED, END): """
            19:53:04.377 INFO connected to payment-service 10.0.1.20:8443 zone=az-2
            19:53:04.812 INFO completed ord-88ff310 zone=az-2 pod=10.0.2.51 total_ms=441
            19:53:05.290 INFO completed ord-88ff318 zone=az-3 pod=10.0.3.52 total_ms=427
            19:54:30.066 INFO local journal drained zone=az-3, 0 entries left
            19:55:47.938 INFO completed ord-8901b7c zone=az-2 pod=10.0.2.54 total_ms=416"""},
    "payment-service": {
        (START, ANNOUNCED): """
            19:37:58.233 INFO authorised payment=pay-5c21e7 caller=10.0.2.52 zone=az-2 acquirer_ms=141
            19:38:14.940 ERROR callback pay-5c21f0 to=10.0.2.54:8080 zone=az-2 i/o timeout after 10 s
            19:38:34.077 WARN external probes: az-1 3/3 pass, az-2 0/3 pass, az-3 0/3 pass; marked unavailable
            19:39:20.412 ERROR write tcp 10.0.1.22:8443->10.0.3.62:49122 zone=az-3: i/o timeout
            19:41:47.356 INFO authorised payment=pay-5c2b19 caller=10.0.1.53 zone=az-1 acquirer_ms=138
            19:44:05.881 ERROR callback pay-5c21d8 to=10.0.3.51:8080 zone=az-3 i/o timeout after 10 s try=5/5
            19:46:52.105 INFO authorised payment=pay-5c3f70 caller=10.0.1.51 zone=az-1 acquirer_ms=144""",
        (ANNOUNCED, REPAIRED): """
            19:49:35.640 INFO authorised payment=pay-5c4a02 caller=10.0.2.52 zone=az-2 acquirer_ms=143
            19:50:13.377 ERROR callback pay-5c4a91 to=10.0.3.53:8080 zone=az-3 i/o timeout after 10 s
            19:50:31.508 WARN external probes: az-1 3/3 pass, az-2 2/3 pass, az-3 2/3 pass; marked available
            19:51:13.862 ERROR write tcp 10.0.1.24:8443->10.0.2.54:40718 zone=az-2: i/o timeout
            19:51:48.291 INFO authorised payment=pay-5c5133 caller=10.0.3.54 zone=az-3 acquirer_ms=139""",
        (REPAIRED, END): """
            19:53:04.702 INFO authorised payment=pay-5c60a4 caller=10.0.2.51 zone=az-2 acquirer_ms=140
            19:53:34.115 INFO external probes: az-1 3/3 pass, az-2 3/3 pass, az-3 3/3 pass; marked available
            19:54:12.449 INFO order callbacks delivered, 3 waiting
            19:55:51.027 INFO authorised payment=pay-5c74de caller=10.0.3.53 zone=az-3 acquirer_ms=143"""},
    "fraud-detection-service": {
        (START, ANNOUNCED): """
            19:36:40.118 INFO scored order=ord-88f19aa zone=az-3 score=0.07 history=hit took_ms=61
            19:38:06.902 WARN history zone=az-2 to=10.0.1.20:8443 timed out (2 s), local rules
            19:38:08.455 WARN history zone=az-3 to=10.0.1.20:8443 timed out (2 s), local rules
            19:39:31.260 ERROR circuit open target=payment-service/history zone=az-2 failures=50/50
            19:42:55.713 INFO scored order=ord-88f5810 zone=az-1 score=0.11 history=hit took_ms=58
            19:46:20.039 ERROR review queue 3100 above limit 2000, oldest waits 7 min zone=az-2""",
        (ANNOUNCED, REPAIRED): """
            19:49:41.073 INFO circuit half-open target=payment-service/history zone=az-2
            19:50:08.844 WARN history zone=az-3 to=10.0.1.20:8443 timed out (2 s), local rules
            19:50:39.316 INFO scored order=ord-88fb9e0 zone=az-3 score=0.05 history=hit took_ms=74
            19:51:08.590 WARN history zone=az-2 to=10.0.1.20:8443 timed out (2 s), local rules""",
        (REPAIRED, END): """
            19:53:11.581 INFO circuit closed target=payment-service/history zone=az-2
            19:53:11.904 INFO circuit closed target=payment-service/history zone=az-3
            19:54:48.236 INFO scored order=ord-8900e25 zone=az-3 score=0.09 history=hit took_ms=63
            19:55:40.670 INFO review queue 420, rescoring done for 2,870 orders"""},
    "postgres-db": {
        (START, ANNOUNCED): """
            19:35:12.004 LOG [2211] | checkpoint complete: wrote 3122 buffers (2.4%); write=29.8 s, sync=0.1 s, total=30.0 s
            19:39:05.118 LOG [18221] walsender 10.0.2.30 | terminating walsender process due to replication timeout
            19:39:05.402 LOG [18224] walsender 10.0.3.30 | terminating walsender process due to replication timeout
            19:44:11.630 LOG [19004] orders@10.0.3.52 | could not receive data from client: Connection timed out
            19:45:12.207 LOG [2211] | checkpoint complete: wrote 1190 buffers (0.9%); write=29.7 s, sync=0.1 s, total=29.9 s""",
        (ANNOUNCED, REPAIRED): """
            19:49:38.751 LOG [20117] walsender 10.0.2.30 | standby "replica_az2" is catching up with upstream server
            19:49:39.066 LOG [20119] walsender 10.0.3.30 | standby "replica_az3" is catching up with upstream server
            19:50:25.430 LOG [20161] orders@10.0.2.53 | unexpected EOF on client connection with an open transaction
            19:51:25.118 LOG [20177] orders@10.0.3.51 | unexpected EOF on client connection with an open transaction""",
        (REPAIRED, END): """
            19:53:06.214 LOG [20340] walsender 10.0.2.30 | standby "replica_az2" has now caught up with upstream server
            19:53:06.981 LOG [20342] walsender 10.0.3.30 | standby "replica_az3" has now caught up with upstream server
            19:55:12.118 LOG [2211] | checkpoint complete: wrote 3480 buffers (2.7%); write=29.9 s, sync=0.1 s, total=30.1 s"""},
    "redis-payment-cache": """
        19:22:04.117 NOTICE 1:M | CONFIG SET slowlog-max-len 512 by platform-data
        19:31:40.551 NOTICE 1:M | 10000 changes in 60 seconds. Saving...
        19:31:42.873 NOTICE 1:M | Background saving terminated with success
        19:43:19.264 NOTICE 1:M | 10000 changes in 60 seconds. Saving...
        19:43:21.380 NOTICE 1:M | Background saving terminated with success""",
    "network-infra": {
        (START, ANNOUNCED): """
            19:21:40.206 INFO rtr-az1-a | %NTP-6-SYNC: clock synchronised, stratum 2, offset 0.4 ms
            19:29:02.870 INFO rtr-az1-a | %SYS-5-CONFIG: r418 committed by netops-ci, soft refresh out
            19:29:04.113 INFO rtr-az1-a | %BGP-6-REFRESH: 11 of 12 prefixes sent, stale-path timer 540 s
            19:38:04.118 INFO rtr-az1-a | %BGP-6-RIB: peer 10.0.2.1 withdrawn from 10.0.1.0/24
            19:38:04.341 INFO rtr-az1-a | %BGP-6-RIB: peer 10.0.3.1 withdrawn from 10.0.1.0/24
            19:41:17.925 WARN rtr-az3-b | %OPTICS-4-RX: xe-0/0/7 rx -9.8 dBm, limit -11.0 dBm""",
        (ANNOUNCED, ROLLED_BACK): """
            19:49:30.402 INFO rtr-az1-a | %BGP-6-RIB: 10.0.1.0/24 announced to 10.0.2.1 and 10.0.3.1
            19:50:02.115 INFO rtr-az1-a | %BGP-6-REFRESH: 10.0.1.0/24 dropped by EXPORT-AZ1 (r418)
            19:50:25.120 INFO rtr-az1-a | %BGP-6-RIB: 10.0.1.0/24 announced again by the route keeper
            19:51:02.117 INFO rtr-az1-a | %BGP-6-REFRESH: 10.0.1.0/24 dropped by EXPORT-AZ1 (r418)
            19:51:25.122 INFO rtr-az1-a | %BGP-6-RIB: 10.0.1.0/24 announced again by the route keeper""",
        (ROLLED_BACK, REPAIRED): """
            19:38:04.118 INFO rtr-az1-a | %BGP-6-RIB: peer 10.0.2.1 withdrawn from 10.0.1.0/24
            19:38:04.341 INFO rtr-az1-a | %BGP-6-RIB: peer 10.0.3.1 withdrawn from 10.0.1.0/24
            19:52:10.633 INFO rtr-az1-a | %SYS-5-CONFIG: r417 committed by netops-ci, EXPORT-AZ1 12 entries
            19:52:11.908 INFO rtr-az1-a | %BGP-6-RIB: 10.0.1.0/24 permitted, held down, not announced
            19:52:41.911 INFO rtr-az1-a | %BGP-6-RIB: 10.0.1.0/24 permitted, held down, not announced""",
        (REPAIRED, END): """
            19:53:02.502 INFO rtr-az1-a | %BGP-6-RIB: 10.0.1.0/24 announced to 10.0.2.1 under r417
            19:53:02.739 INFO rtr-az1-a | %BGP-6-RIB: 10.0.1.0/24 announced to 10.0.3.1 under r417
            19:54:02.118 INFO rtr-az1-a | %BGP-6-REFRESH: 12 of 12 prefixes sent
            19:55:02.121 INFO rtr-az1-a | %BGP-6-REFRESH: 12 of 12 prefixes sent"""},
    "cdn-edge": """
        19:35:06.713 INFO edge-ctl | release 2026.04.21-3 live on 42/42 pops, 318 objects added, 0 purged
        19:37:28.090 INFO edge-http | 203.0.113.77 "GET /static/app.3f9c.js" 200 HIT pop=fra3 4 ms
        19:40:51.349 WARN edge-tls | pop=gru1 tls handshake aborted by client 198.51.100.23
        19:44:39.016 INFO edge-http | 198.51.100.140 "GET /static/hero.webp" 200 HIT pop=iad2 6 ms""",
    "api-gateway": {
        (START, ANNOUNCED): """
            19:37:44.861 INFO "POST /checkout" 201 zone=az-3 upstream=10.0.3.53:8080 dur=402ms
            19:38:13.990 ERROR "POST /checkout" 504 zone=az-2 upstream=10.0.2.51:8080 dur=9201ms
            19:38:18.402 ERROR "POST /checkout" 504 zone=az-3 upstream=10.0.3.54:8080 dur=9196ms
            19:41:02.557 INFO "GET /orders/ord-88e77b1" 200 zone=az-2 upstream=10.0.2.52:8080 dur=37ms
            19:43:40.598 INFO "POST /checkout" 201 zone=az-1 upstream=10.0.1.52:8080 dur=438ms
            19:46:57.771 ERROR "POST /checkout" 504 zone=az-3 upstream=10.0.3.52:8080 dur=9213ms""",
        (ANNOUNCED, REPAIRED): """
            19:49:36.225 INFO "POST /checkout" 201 zone=az-2 upstream=10.0.2.52:8080 dur=462ms
            19:50:15.704 ERROR "POST /checkout" 504 zone=az-3 upstream=10.0.3.52:8080 dur=9205ms
            19:50:27.911 INFO "POST /checkout" 201 zone=az-3 upstream=10.0.3.51:8080 dur=495ms
            19:51:15.190 ERROR "POST /checkout" 504 zone=az-2 upstream=10.0.2.54:8080 dur=9198ms""",
        (REPAIRED, END): """
            19:53:04.820 INFO "POST /checkout" 201 zone=az-2 upstream=10.0.2.51:8080 dur=449ms
            19:53:05.297 INFO "POST /checkout" 201 zone=az-3 upstream=10.0.3.52:8080 dur=434ms
            19:54:41.153 WARN "POST /checkout" 402 zone=az-1 upstream=10.0.1.54:8080 dur=377ms card declined
            19:55:47.945 INFO "POST /checkout" 201 zone=az-2 upstream=10.0.2.54:8080 dur=423ms"""},
}

METRICS: dict[str, tuple[Figure, ...]] = {
    "order-service": (
        Figure("Checkout failure", "61 %", "0.3 %", {
            ANNOUNCED: Reading("24 %", note="swings between 1 % and 61 % once a minute"), REPAIRED: "0.3 %"}),
        Figure("Checkout failure by zone:", "az-1 0.2 %, az-2 99 %, az-3 98 %", "0.3 % in each", {
            ANNOUNCED: "az-1 0.2 %, az-2 39 %, az-3 38 %", REPAIRED: "az-1 0.2 %, az-2 0.3 %, az-3 0.3 %"}),
        Figure("Checkout attempts", "412/s: az-1 157, az-2 132, az-3 123", "410/s: 156, 131, 123", {
            ANNOUNCED: "415/s: az-1 157, az-2 133, az-3 125", REPAIRED: "421/s: az-1 160, az-2 135, az-3 126"}),
        Figure("Checkout latency p99", "9.2 s", "640 ms", {ANNOUNCED: "9.1 s", REPAIRED: "655 ms"}),
        Figure("Worker threads", "az-1 61/200, az-2 196/200, az-3 195/200", "60/200", {
            ANNOUNCED: "az-1 61/200, az-2 121/200, az-3 118/200", REPAIRED: "az-1 61/200, az-2 63/200, az-3 62/200"}),
        Figure("Local order journal", "2,040 entries", "0", {ANNOUNCED: "310 entries", REPAIRED: "0 entries"}),
        Figure("CPU", "34 %", "41 %", {ANNOUNCED: "39 %", REPAIRED: "43 %"}),
        Figure("Memory", "58 %", "55 %", {ANNOUNCED: "57 %", REPAIRED: "56 %"})),
    "payment-service": (
        Figure("Authorisation success of requests received", "99.8 %", "99.8 %"),
        Figure("Authorisations", "157/s: caller az-1 157, az-2 0, az-3 0", "410/s: 156, 131, 123", {
            ANNOUNCED: "315/s: caller az-1 157, az-2 81, az-3 77",
            REPAIRED: "420/s: caller az-1 160, az-2 134, az-3 126"}),
        Figure("Authorisation latency p99", "212 ms", "220 ms", {ANNOUNCED: "224 ms", REPAIRED: "223 ms"}),
        Figure("External probes passing", "az-1 3/3, az-2 0/3, az-3 0/3", "3/3 in each", {
            ANNOUNCED: "az-1 3/3, az-2 2/3, az-3 2/3", REPAIRED: "az-1 3/3, az-2 3/3, az-3 3/3"}),
        Figure("Undelivered order callbacks", "1,870", "4", {ANNOUNCED: "640", REPAIRED: "3"}),
        Figure("CPU", "19 %", "42 %", {ANNOUNCED: "33 %", REPAIRED: "43 %"}),
        Figure("Memory", "47 %", "49 %", {ANNOUNCED: "48 %", REPAIRED: "49 %"})),
    "fraud-detection-service": (
        Figure("Orders scored by fallback rules", "62 %", "0.5 %", {ANNOUNCED: "25 %", REPAIRED: "0.5 %"}),
        Figure("History lookups failed", "az-1 0.1 %, az-2 100 %, az-3 100 %", "0.1 % in each", {
            ANNOUNCED: "az-1 0.1 %, az-2 40 %, az-3 39 %", REPAIRED: "az-1 0.1 %, az-2 0.1 %, az-3 0.1 %"}),
        Figure("Scoring latency p99", "2.4 s", "90 ms", {ANNOUNCED: "2.2 s", REPAIRED: "94 ms"}),
        Figure("Review queue", "3,100 orders", "140", {ANNOUNCED: "3,260 orders", REPAIRED: "420 orders, falling"}),
        Figure("CPU", "78 %", "45 %", {ANNOUNCED: "61 %", REPAIRED: "47 %"}),
        Figure("Memory", "63 %", "60 %", {ANNOUNCED: "62 %", REPAIRED: "61 %"})),
    "postgres-db": (
        Figure("Sessions", "131/400", "300/400", {ANNOUNCED: "247/400", REPAIRED: "304/400"}),
        Figure("Transactions", "1,240/s", "3,150/s", {ANNOUNCED: "2,480/s", REPAIRED: "3,230/s"}),
        Figure("Query latency p99", "11 ms", "14 ms", {ANNOUNCED: "15 ms", REPAIRED: "14 ms"}),
        Figure("Replication lag", "replica az-2 535 s, replica az-3 535 s", "below 1 s", {
            ANNOUNCED: "replica az-2 0 to 24 s, replica az-3 0 to 24 s",
            REPAIRED: "replica az-2 0.4 s, replica az-3 0.5 s"}),
        Figure("CPU", "14 %", "31 %", {ANNOUNCED: "27 %", REPAIRED: "33 %"}), Figure("Disk", "44 %", "44 %")),
    "redis-payment-cache": (
        Figure("Operations", "3,510/s", "9,200/s", {ANNOUNCED: "7,060/s", REPAIRED: "9,430/s"}),
        Figure("Hit ratio", "98.6 %", "98.5 %", {ANNOUNCED: "98.4 %", REPAIRED: "98.5 %"}),
        Figure("Used memory", "2.9 GB of 8 GB", "3.0 GB", {REPAIRED: "3.0 GB of 8 GB"}),
        Figure("Evictions", "0/s", "0/s"), Figure("CPU", "6 %", "14 %", {ANNOUNCED: "11 %", REPAIRED: "14 %"})),
    "network-infra": (
        Figure("BGP sessions established", "6/6", "6/6"),
        Figure("Prefixes sent by az-1", "11", "12", {
            ANNOUNCED: Reading("12, falls to 11 for 23 s of each minute", normal="12, steady"), REPAIRED: "12"}),
        Figure("Traffic az-1 to az-2", "0.1 Gbit/s, az-1 to az-3 0.1 Gbit/s", "6.4 and 6.1", {
            ANNOUNCED: "3.9 Gbit/s, az-1 to az-3 3.7 Gbit/s", REPAIRED: "6.6 Gbit/s, az-1 to az-3 6.3 Gbit/s"}),
        Figure("Traffic az-2 to az-3", "4.0 Gbit/s", "4.1 Gbit/s", {ANNOUNCED: "4.1 Gbit/s"}),
        Figure("Link errors", "0/s", "0/s"), Figure("CPU", "11 %", "12 %", {ANNOUNCED: "13 %", REPAIRED: "12 %"})),
    "cdn-edge": (
        Figure("Hit ratio", "96.1 %", "96 %"), Figure("Requests", "18,400/s", "18,100/s"),
        Figure("Origin 5xx on static paths", "0.02 %", "0.02 %"), Figure("Time to first byte p95", "48 ms", "47 ms"),
        Figure("CPU", "39 %", "38 %")),
    "api-gateway": (
        Figure("5xx on POST /checkout", "61 %: az-1 0.2 %, az-2 99 %, az-3 98 %", "0.3 %", {
            ANNOUNCED: "24 %: az-1 0.2 %, az-2 39 %, az-3 38 %",
            REPAIRED: "0.3 %: az-1 0.2 %, az-2 0.3 %, az-3 0.3 %"}),
        Figure("5xx on all other paths", "0.1 %", "0.1 %"),
        Figure("Requests", "4,630/s", "4,600/s", {ANNOUNCED: "4,640/s", REPAIRED: "4,710/s"}),
        Figure("Latency p99 on POST /checkout", "9.2 s", "660 ms", {ANNOUNCED: "9.1 s", REPAIRED: "670 ms"}),
        Figure("Open upstream requests", "2,410", "240", {ANNOUNCED: "1,080", REPAIRED: "246"}),
        Figure("CPU", "37 %", "36 %")),
}

DEPENDENCIES: dict[str, tuple[DependencyRow, ...]] = {
    "order-service": (
        Columns((0, 0, 11), {ANNOUNCED: (0, 0, 0)}),
        upstream("api-gateway az-1, az-2, az-3", "http", None, {ANNOUNCED: ok("3 ms")}),
        upstream("api-gateway az-1", "http", ok("3 ms"), {ANNOUNCED: None}),
        upstream("api-gateway az-2, az-3", "http", ok("3 ms, callers give up on 504"), {ANNOUNCED: None}),
        downstream("payment-service from az-1", "https", ok("205 ms"), {
            ANNOUNCED: ok("207 ms"), REPAIRED: ok("206 ms")}),
        downstream("payment-service from az-2, az-3", "https", unreachable("connect timeout 3,000 ms"), {
            ANNOUNCED: failing("23 s of each minute, else 212 ms"), REPAIRED: ok("210 ms")}),
        downstream("fraud-detection-service in the same zone", "grpc", State("slow in az-2, az-3", "2,100 ms"), {
            ANNOUNCED: slow("640 ms on average in az-2, az-3"), REPAIRED: ok("62 ms")}),
        downstream("postgres-db primary from az-1", "sql", None, {ANNOUNCED: ok("4 ms")}),
        downstream("postgres-db primary 10.0.1.30 from az-1", "sql", ok("4 ms"), {ANNOUNCED: None}),
        downstream("postgres-db primary from az-2, az-3", "sql", unreachable("connect timeout 3,000 ms"), {
            ANNOUNCED: failing("23 s of each minute, else 6 ms"), REPAIRED: ok("5 ms")}),
        downstream("postgres-db replica in the same zone", "sql", ok("3 ms, data 9 min old"), {
            ANNOUNCED: None, REPAIRED: ok("3 ms")})),
    "payment-service": (
        Columns((29, 0, 11), {ANNOUNCED: (34, 0, 0), REPAIRED: (0, 0, 0)}),
        upstream("order-service az-1", "https", ok("157 req/s, 205 ms"), {
            ANNOUNCED: ok("157 req/s, 207 ms"), REPAIRED: ok("160 req/s, 206 ms")}),
        upstream("order-service az-2, az-3", "https", "no requests since 19:38:04Z", {
            ANNOUNCED: failing("158 req/s, stops for 23 s of each minute"), REPAIRED: ok("260 req/s, 210 ms")}),
        upstream("fraud-detection-service all zones", "https", None, {
            ANNOUNCED: failing("az-2 and az-3 stop for 23 s of each minute"), REPAIRED: ok("24 ms")}),
        upstream("fraud-detection-service az-1", "https", ok("22 ms"), {ANNOUNCED: None}),
        upstream("fraud-detection-service az-2, az-3", "https", "no requests since 19:38:04Z", {ANNOUNCED: None}),
        downstream("redis-payment-cache 10.0.1.41", "resp", ok("0.6 ms")),
        downstream("postgres-db 10.0.1.30", "sql", ok("4 ms")),
        downstream("card acquirer 198.51.100.60", "https", ok("141 ms"), {
            ANNOUNCED: ok("142 ms"), REPAIRED: ok("141 ms")})),
    "fraud-detection-service": (
        Columns((38, 0, 0), {ANNOUNCED: (0, 0, 0)}),
        upstream("order-service in the same zone", "grpc", ok("az-1 60 ms, az-2 and az-3 2,100 ms"), {
            ANNOUNCED: ok("az-1 60 ms, az-2 and az-3 640 ms"), REPAIRED: ok("62 ms")}),
        upstream("payment-service az-1", "grpc", ok("58 ms")),
        downstream("payment-service history from az-1", "https", ok("22 ms")),
        downstream("payment-service history from az-2, az-3", "https", unreachable("timeout 2,000 ms"), {
            ANNOUNCED: failing("23 s of each minute, else 27 ms"), REPAIRED: ok("26 ms")}),
        downstream("postgres-db replica in the same zone", "sql", ok("5 ms"))),
    "postgres-db": (
        Columns((28, 0, 0)), upstream("order-service az-1", "sql", ok("4 ms")),
        upstream("order-service az-2, az-3", "sql", "no new sessions since 19:38Z", {
            ANNOUNCED: failing("sessions break once a minute"), REPAIRED: ok("5 ms")}),
        upstream("payment-service az-1", "sql", ok("4 ms")),
        upstream("fraud-detection-service", "sql", ok("5 ms, on replicas")),
        upstream("catalogue and billing jobs", "sql", ok("9 ms")),
        downstream("replica az-2, replica az-3", "replication", failing("no contact since 19:38Z"), {
            ANNOUNCED: failing("stream breaks once a minute"), REPAIRED: ok("streaming")})),
    "redis-payment-cache": (
        upstream("payment-service az-1 (6 clients)", "resp", ok("0.6 ms")),
        downstream("replica 10.0.1.42", "replication", ok("lag 0 s")),
        downstream("replica 10.0.1.43", "replication", ok("lag 0 s"))),
    "network-infra": (
        upstream("zone fabrics az-1, az-2, az-3", "l3", ok("0.3 ms")),
        peer("10.0.2.1 (az-2)", "bgp", ok("0.7 ms, Established, 11 prefixes"), {
            ANNOUNCED: ok("0.7 ms, Established, 11 to 12 prefixes"),
            REPAIRED: ok("0.7 ms, Established, 12 prefixes")}),
        peer("10.0.3.1 (az-3)", "bgp", ok("0.9 ms, Established, 11 prefixes"), {
            ANNOUNCED: ok("0.9 ms, Established, 11 to 12 prefixes"),
            REPAIRED: ok("0.9 ms, Established, 12 prefixes")}),
        downstream("transit 203.0.113.1", "bgp", ok("2.2 ms"))),
    "cdn-edge": (
        Columns((31, 0, 0)), upstream("browsers and apps", "http", ok("48 ms")),
        downstream("api-gateway static origin", "https", ok("31 ms")),
        downstream("object storage", "https", ok("19 ms")),
        downstream("network-infra anycast 192.0.2.0/24", "l3", ok("2 ms"))),
    "api-gateway": (
        Columns((34, 0, 0)), upstream("cdn-edge", "https", ok("31 ms")),
        upstream("mobile apps", "https", ok("44 ms")),
        downstream("order-service az-1", "http", ok("430 ms"), {ANNOUNCED: ok("432 ms"), REPAIRED: ok("431 ms")}),
        downstream("order-service az-2", "http", failing("504 after 9,190 ms on POST /checkout"), {
            ANNOUNCED: failing("504 on 39 % of POST /checkout"), REPAIRED: ok("438 ms")}),
        downstream("order-service az-3", "http", failing("504 after 9,190 ms on POST /checkout"), {
            ANNOUNCED: failing("504 on 38 % of POST /checkout"), REPAIRED: ok("436 ms")}),
        downstream("payment-service wallet API az-1", "https", ok("88 ms"), {
            ANNOUNCED: ok("90 ms"), REPAIRED: ok("89 ms")})),
}

DEPLOYS: dict[str, Blocks] = {
    "order-service": """
        2026-04-18T10:12:00Z  3 d ago   v5.8.1  checkout-team  clearer messages for expired vouchers
        2026-04-15T09:40:00Z  6 d ago   v5.8.0  checkout-team  local journal for free orders
        2026-04-09T13:05:00Z  12 d ago  v5.7.9  checkout-team  library updates
        2026-04-02T08:55:00Z  19 d ago  v5.7.8  checkout-team  order confirmation wording""",
    "payment-service": """
        2026-04-14T11:30:00Z  7 d ago   v3.4.0  payments-team  second acquirer behind a runbook
        2026-04-01T12:10:00Z  20 d ago  v3.3.6  payments-team  callback retry raised from 3 to 5
        2026-03-24T09:20:00Z  28 d ago  v3.3.5  payments-team  refund report columns""",
    "fraud-detection-service": """
        2026-04-17T15:20:00Z  4 d ago   v1.20.0  risk-team  model weights of April, shadow-tested for 2 weeks
        2026-04-08T14:00:00Z  13 d ago  v1.19.3  risk-team  fallback rules refreshed
        2026-03-19T10:45:00Z  33 d ago  v1.19.2  risk-team  dashboard labels""",
    "postgres-db": """
        2026-04-16T06:30:00Z  5 d ago   params-62  platform-data  tcp_keepalives_idle 7200 -> 300 s, no restart
        2026-03-29T05:00:00Z  23 d ago  15.6       platform-data  minor release, switchover 11 s
        2026-03-10T06:30:00Z  42 d ago  params-61  platform-data  log_checkpoints off -> on""",
    "redis-payment-cache": """
        2026-04-21T19:22:04Z  25 min ago  params-19  platform-data  slowlog-max-len 128 -> 512
        2026-04-07T07:15:00Z  14 d ago    params-18  platform-data  maxmemory 6 GB -> 8 GB
        2026-02-19T04:40:00Z  61 d ago    7.2.4      platform-data  patch release, failover 2 s""",
    "network-infra": {
        (START, END): "2026-04-14T20:10:00Z  7 d ago      r417  netops  descriptions on transit ports",
        (START, ROLLED_BACK): """
            2026-04-21T19:29:02Z  18 min ago   r418  netops  export filter EXPORT-AZ1 tidied, 12 entries -> 11
            2026-04-03T02:00:00Z  18 d ago     r416  netops  firmware 21.4R3 on standby routers""",
        (ROLLED_BACK, END): """
            2026-04-21T19:52:10Z  just now     r417  netops  rolled back from r418, EXPORT-AZ1 has 12 entries again
            2026-04-21T19:29:02Z  rolled back  r418  netops  export filter EXPORT-AZ1 tidied, 12 entries -> 11"""},
    "cdn-edge": """
        2026-04-21T19:35:02Z  12 min ago  2026.04.21-3  web-platform  static asset release, spring banner images
        2026-04-21T14:08:00Z  6 h ago     2026.04.21-2  web-platform  font subset files
        2026-04-20T16:31:00Z  27 h ago    2026.04.20-1  web-platform  static asset release""",
    "api-gateway": """
        2026-04-20T19:05:00Z  1 d ago   v2.31.0  edge-team  tracing headers on all upstream calls
        2026-04-13T18:20:00Z  8 d ago   v2.30.4  edge-team  access log field order
        2026-04-06T17:45:00Z  15 d ago  v2.30.3  edge-team  rate limit for partner keys
        2026-03-30T18:00:00Z  22 d ago  v2.30.2  edge-team  library updates""",
}

STATUS: dict[str, tuple[StatusRow, ...]] = {
    "order-service": (
        Line("Health", "DEGRADED", {REPAIRED: "HEALTHY"}),
        Line("Replicas", "12/12 running, 4 in each of az-1, az-2, az-3"),
        Line("Health checks", "process 12/12 pass, checkout self-test az-1 4/4 pass, az-2 0/4, az-3 0/4", {
            ANNOUNCED: "process 12/12 pass, checkout self-test az-1 4/4 pass, az-2 2/4, az-3 3/4, changing each minute",
            REPAIRED: "process 12/12 pass, checkout self-test 12/12 pass"}),
        Line("Version", "v5.8.1, uptime 3 d, restarts 0 in 24 h"),
        flags("express_checkout", Flag("async_capture", "off")),
        runbook("verify_checkout_recovery", "replay_order_journal")),
    "payment-service": (
        Line("Health", "DOWN", {ANNOUNCED: "DEGRADED", REPAIRED: "HEALTHY"}),
        Line("Replicas", "6/6 running, all in az-1 (card-data enclave, 10.0.1.21 to 10.0.1.26, entry 10.0.1.20)"),
        Line("Health checks",
            "local 6/6 pass; external 3/9 pass (az-1 3/3, az-2 0/3, az-3 0/3), majority failing since 19:38:34Z", {
            ANNOUNCED: "local 6/6 pass; external 7/9 pass (az-1 3/3, az-2 2/3, az-3 2/3), changing each minute",
            REPAIRED: "local 6/6 pass; external 9/9 pass since 19:53:34Z"}),
        Line("Version", "v3.4.0, uptime 7 d, restarts 0 in 24 h"), flags("three_ds_step_up"),
        runbook("failover_acquirer", "drain_az")),
    "fraud-detection-service": (
        Line("Health", "DEGRADED", {REPAIRED: "HEALTHY"}),
        Line("Replicas", "9/9 running, 3 in each of az-1, az-2, az-3"),
        Line("Health checks", "process 9/9 pass, history lookup az-1 3/3 pass, az-2 0/3, az-3 0/3", {
            ANNOUNCED: "process 9/9 pass, history lookup az-1 3/3 pass, az-2 2/3, az-3 2/3, changing each minute",
            REPAIRED: "process 9/9 pass, history lookup 9/9 pass"}),
        Line("Version", "v1.20.0, uptime 4 d, restarts 0 in 24 h"), flags("fraud_strict_scoring"),
        runbook("reload_fraud_model")),
    "postgres-db": (
        Line("Health", "DEGRADED", {REPAIRED: "HEALTHY"}),
        Line("Instances", "primary 10.0.1.30 up, replicas 10.0.2.30 and 10.0.3.30 up, 0 of 2 streaming", {
            ANNOUNCED: "primary 10.0.1.30 up, replicas 10.0.2.30 and 10.0.3.30 up, streaming with breaks",
            REPAIRED: "primary 10.0.1.30 up, replicas 10.0.2.30 and 10.0.3.30 up, 2 of 2 streaming"}),
        Line("Health checks", "write test on primary pass (4 ms)"),
        Line("Version", "15.6, uptime 23 d, restarts 0 in 24 h"), flags(),
        runbook("promote_replica", "verify_replication")),
    "redis-payment-cache": (
        Line("Health", "HEALTHY"), Line("Instances", "3/3 up in az-1, primary 10.0.1.41"),
        Line("Health checks", "PING 3/3 pass"), Line("Version", "7.2.4, uptime 61 d, restarts 0 in 24 h"), flags(),
        runbook("rewarm_token_cache")),
    "network-infra": (
        Line("Health", "HEALTHY"), Line("Routers", "6/6 up, power and fans normal"),
        Line("Health checks", "ping between routers 6/6 pass"),
        Line("Config", "r418, uptime 212 d, restarts 0 in 24 h", {
            ROLLED_BACK: "r417, uptime 212 d, restarts 0 in 24 h, 1 prefix held down on az-1",
            REPAIRED: "r417, uptime 212 d, restarts 0 in 24 h"}),
        flags(), runbook("restore_bgp_routes", "verify_cross_az_connectivity")),
    "cdn-edge": (
        Line("Health", "HEALTHY"), Line("Pops", "42/42 serving"), Line("Health checks", "42/42 pass"),
        Line("Release", "2026.04.21-3, uptime 90 d, restarts 0 in 24 h"), flags("brotli_static"),
        runbook("purge_edge_assets")),
    "api-gateway": (
        Line("Health", "DEGRADED", {REPAIRED: "HEALTHY"}),
        Line("Replicas", "9/9 running, 3 in each of az-1, az-2, az-3"),
        Line("Health checks", "9/9 pass, zone failover armed by hand, standby zone az-2"),
        Line("Version", "v2.31.0, uptime 1 d, restarts 0 in 24 h"), flags("trace_headers_v2"),
        runbook("flush_dns_cache", "failover_az")),
}

RESULTS: dict[str, dict[str, str | Result]] = {
    "restart_service": {
        "order-service": Result("12/12 replicas replaced in 95 s, start-up checks pass. About 1,900 checkouts in "
            "flight were cut off.", harm="The replicas themselves worked. The restart cut off 1,900 checkouts in "
            "flight, some of them in az-1 where buyers were being served."),
        "payment-service": Result("6/6 replicas replaced one after the other in 2 min 10 s. Local checks pass as they "
            "did before.", harm="All six replicas were healthy locally and served az-1 at 99.8 %. Replacing them took "
            "capacity from the only buyers who could still pay."),
        "fraud-detection-service": Result("9/9 replicas replaced; each took 70 s to load the model of v1.20.0 before "
            "it accepted calls.", harm="The replicas were fine. While models loaded, orders went unscored and the "
            "review queue grew."),
        "postgres-db": Result("Primary 10.0.1.30 was stopped and came back after 34 s with 9 s of recovery. All open "
            "sessions ended.", harm="The primary answered in 4 ms. Stopping it for 34 s failed the checkouts that "
            "still worked."),
        "redis-payment-cache": Result("Primary 10.0.1.41 reloaded 2.9 GB from disk in 21 s. PING answers on 3/3 "
            "instances.", harm="A healthy cache with 98.6 % hits was stopped for 21 s, and payments in az-1 slowed "
            "down meanwhile."),
        "network-infra": "The six routers were reloaded standby first, 3 min in all. Sessions are 6/6 Established and "
            "the running configuration was read back unchanged from flash.",
        "cdn-edge": Result("42/42 pops restarted in waves. Memory tiers start empty; the hit ratio dipped to 71 %.",
            harm="The pops were healthy. Empty memory tiers made static pages slower for every visitor."),
        "api-gateway": Result("9/9 replicas replaced in 80 s. 2,410 open requests were closed, and clients "
            "reconnected at once.", harm="The gateway only passed on the answers it was given. Restarting it closed "
            "2,410 open requests, also of buyers who were being served.", harmless_after=(ANNOUNCED, ROLLED_BACK))},
    "rollback_deploy": {
        "order-service": Result("v5.8.0 runs on 12/12 replicas after 4 min. Voucher messages have their older wording "
            "again.", harm="The release of three days ago had run without trouble. Four minutes of the outage went "
            "into a rollback that moved no figure."),
        "payment-service": Result("v3.3.6 runs on 6/6 replicas after 5 min; the second acquirer is no longer "
            "configured.", harm="A week-old release of a healthy service was removed, and with it the second "
            "acquirer. Five minutes lost."),
        "fraud-detection-service": Result("v1.19.3 with the weights of March runs on 9/9 replicas after 6 min.",
            harm="Its model was scoring az-1 normally. The older weights cost six minutes and let more fraud pass."),
        "postgres-db": Result("params-61 is active: tcp_keepalives_idle reads 7200 s for new sessions. No restart was "
            "needed.", harm="The keepalive change is five days old. Without it dead sessions stay open for two hours."),
        "redis-payment-cache": Result("params-18 is active: slowlog-max-len reads 128. Older slow-log entries were "
            "trimmed.", harm="The parameter only sets the length of a diagnostic list. Undoing it cost time and threw "
            "away slow-log entries."),
        "network-infra": Result("Configuration r417 is committed on the az-1 routers and EXPORT-AZ1 lists 12 entries. "
            "The router keeps withdrawn prefixes held down until somebody announces them.", version="r417"),
        "cdn-edge": Result("Release 2026.04.21-2 is live on 42/42 pops. The spring banner images answer 404.",
            harm="The asset release changed pictures only. Its removal left broken images on the front page."),
        "api-gateway": Result("v2.30.4 runs on 9/9 replicas after 3 min. Upstream calls carry no tracing headers.",
            harm="The release of yesterday added tracing headers only. The rollback cost three minutes and the traces "
            "that show the failing calls.")},
    "scale_service": {
        "order-service": "18/18 replicas run, 6 in each zone. Attempts per replica fell from 34/s to 23/s.",
        "payment-service": "9/9 replicas run, all in az-1. CPU per replica fell from 19 % to 13 %.",
        "fraud-detection-service": "15/15 replicas run. CPU per replica fell from 78 % to 49 %; the review queue "
            "stands at 3,190.",
        "postgres-db": Result("The primary moved to a machine of twice the size, with a 40 s write stop. CPU reads "
            "7 %.", harm="CPU was at 14 % with 131 of 400 sessions. The move stopped writes for 40 s in the middle of "
            "the outage."),
        "redis-payment-cache": "Two more replicas were added in az-1 and are in sync. Reads per instance fell by 40 %.",
        "network-infra": "Nothing to scale: the routers are hardware, and every inter-zone port runs far below its "
            "100 Gbit/s.",
        "cdn-edge": "6 spare pops joined, 48/48 serve. Load per pop fell from 438/s to 383/s.",
        "api-gateway": "15/15 replicas run, 5 in each zone. Open upstream requests per replica fell from 268 to 161."},
    "disable_feature_flag": {
        "express_checkout": "express_checkout reads off. Buyers see two more form pages; attempts fell from 412/s to "
            "397/s.",
        "async_capture": "async_capture was off before and stays off.",
        "three_ds_step_up": Result("three_ds_step_up reads off. Cards are authorised without a bank challenge.",
            harm="Cards are charged without a bank challenge, so the shop carries the fraud liability. The failing "
            "checkouts never got that far."),
        "fraud_strict_scoring": Result("fraud_strict_scoring reads off. The review threshold went from 0.60 to 0.85, "
            "and 240 orders left the queue.", harm="240 suspicious orders were let through unreviewed, while checkout "
            "failure did not change."),
        "brotli_static": "brotli_static reads off. Scripts are served with gzip, 14 % more bytes per page.",
        "trace_headers_v2": "trace_headers_v2 reads off. Requests carry the older trace identifier."},
    "clear_cache": {
        "order-service": "order-service has no such cache; nothing was changed.",
        "payment-service": "payment-service holds no cache of its own, so there was nothing to clear.",
        "fraud-detection-service": "No cache is registered for fraud-detection-service. Nothing changed.",
        "postgres-db": "postgres-db has no cache that can be cleared from here; no change was made.",
        "redis-payment-cache": Result("FLUSHALL removed 4.1 M card tokens. The hit ratio fell from 98.6 % to 3 %.",
            harm="4.1 M card tokens of a healthy cache are gone; returning buyers in az-1 have to type their cards "
            "again."),
        "network-infra": "There is no such cache on the routers; nothing changed.",
        "cdn-edge": Result("All 42 pops emptied. The hit ratio fell from 96 % to 5 % and the origin serves 17,500/s.",
            harm="A healthy cache at 96 % hits was emptied, and the origin took 16,800 extra requests a second."),
        "api-gateway": "api-gateway runs without a response cache. Nothing to clear, nothing changed."},
    "execute_runbook_step": {
        "restore_bgp_routes": "10.0.1.0/24 was announced by hand to 10.0.2.1 and 10.0.3.1, which both accepted it. A "
            "route keeper announces it again should it disappear.",
        "verify_cross_az_connectivity": Result("Probe matrix 9/9: az-1, az-2 and az-3 reach each other with 0 % loss, "
            "0.7 to 0.9 ms, for 120 s.", too_early="Probe matrix red: the az-2 to az-1 and az-3 to az-1 cells lost "
            "packets during the 120 s run, so the step ended as failed."),
        "verify_checkout_recovery": Result("500 test checkouts over three zones: none failed. Live checkout failure "
            "is 0.3 % (normal 0.3 %).", too_early="Test checkouts from az-2 and az-3 still end in 504 during the run; "
            "the step wants failure below 0.5 % and ended as failed."),
        "replay_order_journal": "The replay job walked the local journals and wrote what it could reach; the rest was "
            "kept for a later run.",
        "failover_acquirer": "Card traffic goes to the second acquirer. Acquirer latency is 163 ms instead of 141 ms, "
            "success unchanged.",
        "drain_az": Result("az-1 was taken out of rotation for payment-service, which has replicas nowhere else. "
            "Authorisations: 0/s.", harm="The only zone that runs payments was emptied: now no checkout completes."),
        "reload_fraud_model": "Model weights of April reloaded on 9/9 replicas in 70 s; the checksum is the one of "
            "the release.",
        "promote_replica": Result("Replica 10.0.2.30 took over as primary at its last received position, 19:38:04Z. "
            "Later writes are not in it.", harm="The promoted copy lacks every order since 19:38Z, and there are two "
            "primaries now to reconcile."),
        "verify_replication": "Report written: positions, slots and lag of both replicas as shown in the metrics. "
            "Read-only.",
        "rewarm_token_cache": "Warm-up touched 4.1 M tokens in 50 s. 99.9 % were present already.",
        "purge_edge_assets": Result("9,800 static objects purged on 42 pops. The hit ratio fell from 96 % to 62 %.",
            harm="Healthy static content was thrown away; pages load slower and checkout is where it was."),
        "flush_dns_cache": "Resolver caches emptied on 9/9 replicas. Names resolve to the same addresses as before.",
        "failover_az": Result("Public traffic of az-1 went to the standby zone az-2, which now takes 70 % of "
            "checkouts.", harm="Buyers were moved from the zone that worked at 0.2 % failure to one that fails at "
            "99 %.")},
}

FAILURE = Failure(
    format=TERSE, date="2026-04-21", severity="P1", culprit="network-infra",
    alert=AlertText(
        title="Most checkouts end in an error", severity="P1",
        affected_services=("order-service", "payment-service", "fraud-detection-service"),
        symptoms=(
            "Checkout failure is 61 % (normal 0.3 %); it jumped within seconds at 19:38Z and has not moved since.",
            "order-service gives up on orders after 9 s and answers 504; checkout p99 is 9.2 s (normal 640 ms).",
            "payment-service fails its external health probes, and authorisations fell to 157/s (normal 410/s).",
            "fraud-detection-service scores 62 % of orders with fallback rules (normal 0.5 %); 3,100 orders await "
            "review."),
        error_rate=0.61, duration_minutes=9, revenue_impact_per_min=None),
    services={
        "order-service": ("order", "orders", "orders-service", "order-svc"),
        "payment-service": ("payment", "payments", "payments-service", "payment-svc"),
        "fraud-detection-service": ("fraud-detection", "fraud", "fraud-service", "fraud-svc"),
        "postgres-db": ("postgres", "postgresql", "pg", "postgres-primary"),
        "redis-payment-cache": ("redis", "payment-cache", "redis-payment"), "cdn-edge": ("cdn", "edge-cdn"),
        "network-infra": ("network", "network-infrastructure", "net-infra", "core-network"),
        "api-gateway": ("gateway", "api-gw")},
    mode="route-filter-change",
    plan=Plan({
        ANNOUNCED: (), ROLLED_BACK: (), ZONES_CHECKED: (ANNOUNCED, ROLLED_BACK),
        CHECKOUT_CHECKED: (ANNOUNCED, ROLLED_BACK)}),
    logs=LOGS, metrics=METRICS, dependencies=DEPENDENCIES, deploys=DEPLOYS, status=STATUS, results=RESULTS)
