"""Refused handshakes, refused log-ins and refused requests."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line, Peer
from cloud_incident_env.generated.symptoms.aside import DEPLOYMENTS, HOSTS, ROLES, SUBJECTS, lost_call

JVM = ("java", "stream-worker")
PYTHON = ("python", "queue-worker", "batch-worker")
VERIFIES_IN_GO = ("go", "config-service", "coredns")

# A certificate of the chain that was shown is outside its dates, by the clock of the client.
EXPIRED_JVM = lost_call(
    'ERROR I/O error on GET request for "https://{remote}:8443/": PKIX path validation failed: '
    "java.security.cert.CertPathValidatorException: validity check failed",
    JVM,
    named="remote",
    peers=("http", "config", "secrets"),
)
EXPIRED_GO = lost_call(
    'ERROR Get "https://{remote}:8443/": tls: failed to verify certificate: x509: certificate has '
    "expired or is not yet valid",
    VERIFIES_IN_GO,
    named="remote",
    peers=("http", "config", "secrets"),
)
EXPIRED_PYTHON = lost_call(
    "ERROR GET https://{remote}:8443/: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate "
    "has expired (_ssl.c:1006)",
    PYTHON,
    named="remote",
    peers=("http", "config", "secrets"),
)
EXPIRED_NODE = lost_call(
    "ERROR GET https://{remote}:8443/: Error: certificate has expired (code CERT_HAS_EXPIRED)",
    ("node",),
    named="remote",
    peers=("http", "config", "secrets"),
)
EXPIRED_NGINX = lost_call(
    "ERROR upstream SSL certificate verify error: (10:certificate has expired) while SSL handshaking to upstream, "
    'client: {ip}, server: _, request: "GET {path} HTTP/2.0", upstream: "https://{remote}:8443{path}"',
    ("nginx",),
    named="remote",
    peers=("http", "config", "secrets"),
)
EXPIRED_MYSQL = Line(
    "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'CURL returned this error code: 60 "
    "with error message : SSL certificate problem: certificate has expired'",
    software=("mysql",),
)
NOT_ACCEPTED_POSTGRES = Line(
    "LOG   could not accept SSL connection: certificate verify failed",
    software=("postgres",),
    elsewhere=True,
)
EXPIRED = (
    EXPIRED_JVM,
    EXPIRED_GO,
    EXPIRED_PYTHON,
    EXPIRED_NODE,
    EXPIRED_NGINX,
    EXPIRED_MYSQL,
    NOT_ACCEPTED_POSTGRES,
)

# No certificate that the client trusts ends the chain that was shown.
UNKNOWN_AUTHORITY_JVM = lost_call(
    'ERROR I/O error on GET request for "https://{remote}:8443/": PKIX path building failed: '
    "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested "
    "target",
    JVM,
    named="remote",
    peers=("http", "config", "secrets"),
)
UNKNOWN_AUTHORITY_GO = lost_call(
    'ERROR Get "https://{remote}:8443/": tls: failed to verify certificate: x509: certificate '
    "signed by unknown authority",
    VERIFIES_IN_GO,
    named="remote",
    peers=("http", "config", "secrets"),
)
UNKNOWN_AUTHORITY_PYTHON = lost_call(
    "ERROR GET https://{remote}:8443/: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to "
    "get local issuer certificate (_ssl.c:1006)",
    PYTHON,
    named="remote",
    peers=("http", "config", "secrets"),
)
UNKNOWN_AUTHORITY_NODE = lost_call(
    "ERROR GET https://{remote}:8443/: Error: unable to get local issuer certificate "
    "(code UNABLE_TO_GET_ISSUER_CERT_LOCALLY)",
    ("node",),
    named="remote",
    peers=("http", "config", "secrets"),
)
UNKNOWN_AUTHORITY_NGINX = lost_call(
    "ERROR upstream SSL certificate verify error: (20:unable to get local issuer certificate) while SSL handshaking "
    'to upstream, client: {ip}, server: _, request: "GET {path} HTTP/2.0", upstream: '
    '"https://{remote}:8443{path}"',
    ("nginx",),
    named="remote",
    peers=("http", "config", "secrets"),
)
UNKNOWN_AUTHORITY_MYSQL = Line(
    "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'CURL returned this error code: 60 "
    "with error message : SSL certificate problem: unable to get local issuer certificate'",
    software=("mysql",),
)
UNKNOWN_AUTHORITY = (
    UNKNOWN_AUTHORITY_JVM,
    UNKNOWN_AUTHORITY_GO,
    UNKNOWN_AUTHORITY_PYTHON,
    UNKNOWN_AUTHORITY_NODE,
    UNKNOWN_AUTHORITY_NGINX,
    UNKNOWN_AUTHORITY_MYSQL,
)

# What the side says that showed the certificate.
ALERT_EXPIRED = Line(
    "INFO  http: TLS handshake error from {ip}:{port}: remote error: tls: expired certificate",
    software=("vault",),
    elsewhere=True,
)
ALERT_UNKNOWN = Line(
    "INFO  http: TLS handshake error from {ip}:{port}: remote error: tls: unknown certificate authority",
    software=("vault",),
    elsewhere=True,
)
# `subject`, `serial`, `reason`: the name that a pair is for, the pair in use, and why no other was issued.
RENEWAL_SKIPPED = Line(
    "WARN  renewal queue: {subject} serial {serial} skipped, {reason}",
    software=("vault",),
    per_minute=0.15,
    elsewhere=True,
    aside={"subject": SUBJECTS},
)

# A token that is judged too old or too new.
TOKEN_EXPIRED_GO = Line(
    "ERROR token has invalid claims: token is expired", software=("go",), per_minute=0.3, elsewhere=True
)
TOKEN_EXPIRED_JVM = Line(
    "ERROR com.nimbusds.jwt.proc.BadJWTException: Expired JWT", software=JVM, per_minute=0.3, elsewhere=True
)
TOKEN_EXPIRED_PYTHON = Line(
    "ERROR jwt.exceptions.ExpiredSignatureError: Signature has expired",
    software=PYTHON,
    per_minute=0.3,
    elsewhere=True,
)
TOKEN_EXPIRED_NODE = Line("ERROR TokenExpiredError: jwt expired", software=("node",), per_minute=0.3, elsewhere=True)
TOKEN_EXPIRED = (TOKEN_EXPIRED_GO, TOKEN_EXPIRED_JVM, TOKEN_EXPIRED_PYTHON, TOKEN_EXPIRED_NODE)
TOKEN_EARLY_GO = Line("ERROR token has invalid claims: token used before issued", software=("go",))
TOKEN_EARLY_JVM = Line("ERROR com.nimbusds.jwt.proc.BadJWTException: JWT before use time", software=JVM)
TOKEN_EARLY_PYTHON = Line(
    "ERROR jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat)", software=PYTHON
)
TOKEN_EARLY_NODE = Line("ERROR NotBeforeError: jwt not active", software=("node",))
TOKEN_EARLY = (TOKEN_EARLY_GO, TOKEN_EARLY_JVM, TOKEN_EARLY_PYTHON, TOKEN_EARLY_NODE)

# A log-in that a database refuses, in the words of its driver. `role` is the user.
_POSTGRES = 'FATAL: password authentication failed for user "{role}"'
_MYSQL = "Access denied for user '{role}'@'{ip}' (using password: YES)"
_JVM_POOL = "ERROR com.zaxxer.hikari.pool.HikariPool : HikariPool-1 - Exception during pool initialization. "
_SEE = "(Background on this error at: https://sqlalche.me/e/20/e3q8)"


def _refused(text: str, software: tuple[str, ...], peer: Peer) -> Line:
    return Line(text, software=software, elsewhere=True, peers=(peer,), aside={"role": ROLES})


LOGIN_REFUSED = (
    _refused(f"{_JVM_POOL}org.postgresql.util.PSQLException: {_POSTGRES}", JVM, "postgres"),
    _refused(f"{_JVM_POOL}java.sql.SQLException: {_MYSQL}", JVM, "mysql"),
    _refused(
        f"ERROR failed to connect to `user={{role}} database=app`: server error: {_POSTGRES} (SQLSTATE 28P01)",
        ("go",),
        "postgres",
    ),
    _refused(f"ERROR open connection: Error 1045 (28000): {_MYSQL}", ("go",), "mysql"),
    _refused(
        "ERROR sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection failed: "
        f'FATAL:  password authentication failed for user "{{role}}" {_SEE}',
        PYTHON,
        "postgres",
    ),
    _refused(
        f'ERROR sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (1045, "{_MYSQL}") {_SEE}',
        PYTHON,
        "mysql",
    ),
    _refused('ERROR error: password authentication failed for user "{role}", code 28P01', ("node",), "postgres"),
    _refused(f"ERROR Error: {_MYSQL}, code ER_ACCESS_DENIED_ERROR", ("node",), "mysql"),
)

# An answer 401 or 403, as clients print it.
UNAUTHORIZED_JVM = Line(
    "ERROR org.springframework.web.client.HttpClientErrorException$Unauthorized: 401 Unauthorized: [no body]",
    software=("java",),
    per_minute=0.3,
    elsewhere=True,
)
UNAUTHORIZED_GO = Line(
    "ERROR unexpected status 401 Unauthorized, request {hex}", software=("go",), per_minute=0.3, elsewhere=True
)
UNAUTHORIZED_PYTHON = Line(
    "ERROR httpx.HTTPStatusError: Client error '401 Unauthorized', request {hex}",
    software=("python",),
    per_minute=0.3,
    elsewhere=True,
)
UNAUTHORIZED_NODE = Line(
    "ERROR AxiosError: Request failed with status code 401, code ERR_BAD_REQUEST",
    software=("node",),
    per_minute=0.3,
    elsewhere=True,
)
UNAUTHORIZED = (UNAUTHORIZED_JVM, UNAUTHORIZED_GO, UNAUTHORIZED_PYTHON, UNAUTHORIZED_NODE)
FORBIDDEN_JVM = Line(
    "ERROR org.springframework.web.client.HttpClientErrorException$Forbidden: 403 Forbidden: [no body]",
    software=("java",),
    per_minute=0.3,
    elsewhere=True,
)
FORBIDDEN_GO = Line(
    "ERROR unexpected status 403 Forbidden, request {hex}", software=("go",), per_minute=0.3, elsewhere=True
)
FORBIDDEN_PYTHON = Line(
    "ERROR httpx.HTTPStatusError: Client error '403 Forbidden', request {hex}",
    software=("python",),
    per_minute=0.3,
    elsewhere=True,
)
FORBIDDEN_NODE = Line(
    "ERROR AxiosError: Request failed with status code 403, code ERR_BAD_REQUEST",
    software=("node",),
    per_minute=0.3,
    elsewhere=True,
)
FORBIDDEN = (FORBIDDEN_JVM, FORBIDDEN_GO, FORBIDDEN_PYTHON, FORBIDDEN_NODE)

# The same answers, as the side says that gives or passes them on.
VENDOR_FORBIDDEN = Line(
    "ERROR connector: 403 for request {hex} of {caller}",
    software=("vendor",),
    per_minute=0.8,
    elsewhere=True,
)
VENDOR_UNAUTHORIZED = Line(
    "WARN  connector: 401 for {path}/{id}, the same request is sent once more",
    software=("vendor",),
    elsewhere=True,
)
VAULT_DENIED = Line(
    'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=403 '
    "request_path=secret/data/{caller} request_method=GET",
    software=("vault",),
    per_minute=0.6,
    elsewhere=True,
    aside={"caller": DEPLOYMENTS},
)
VAULT_ANSWERED = Line(
    'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=0 '
    "request_path=secret/data/{caller} request_method=GET",
    software=("vault",),
    per_minute=0.4,
    elsewhere=True,
)

# What a host prints whose clock nothing corrects.
NO_TIME_SOURCE = Line(
    "WARN  {host} chronyd: Can't synchronise: no selectable sources",
    software=("nodes",),
    per_minute=0.4,
    elsewhere=True,
    aside={"host": HOSTS},
)
