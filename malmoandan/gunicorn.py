"""How gunicorn serves the portal: gunicorn -c malmoandan/gunicorn.py malmoandan.wsgi"""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Without it one process often takes every kept-alive connection while the others idle.
reuse_port = True
control_socket_disable = True
graceful_timeout = 10  # seconds that requests in flight get when the server is told to stop
# Django alone decides which proxy's headers count (TRUSTED_PROXIES): one policy, in one place.
forwarded_allow_ips = ""

# No client address, no referer, no query: the method, the path with personal links cut out,
# the status, bytes and milliseconds are what an operator needs.
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(B)s %(M)s"
_to_stderr = {"level": "INFO", "handlers": ["stderr"], "propagate": False}
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "remiss.logs.Mask"}},
    "formatters": {
        "line": {
            "()": "remiss.logs.OneLine",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["mask"], "formatter": "line"}
    },
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": _to_stderr, "gunicorn.access": _to_stderr},
}
